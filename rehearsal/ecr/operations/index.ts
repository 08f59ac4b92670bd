import { access } from './access';
import { imagePushes } from './image-pushes';
import { images } from './images';
import { layers } from './layers';
import { lifecyclePolicies } from './lifecycle-policies';
import type { Operations } from './operation';
import { pullExclusions } from './pull-exclusions';
import { repositories } from './repositories';

export const OPERATIONS: Operations = {
  ...repositories,
  ...images,
  ...imagePushes,
  ...layers,
  ...lifecyclePolicies,
  ...access,
  ...pullExclusions,
};
