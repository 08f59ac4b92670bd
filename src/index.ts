export * from './lifecycle/expire-when';
export * from './lifecycle/image-selection';
export * from './lifecycle/lifecycle-policy';
export * from './lifecycle/lifecycle-rule';
export * from './gate/expiry-guard';
export * from './gate/gate-enforcement';
export * from './gate/lifecycle-preview-gate';
export * from './repository/gated-repository';
