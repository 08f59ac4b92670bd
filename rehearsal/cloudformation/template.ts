import { ValidationError } from './errors';
import { evaluateConditions, selectBranches, validateIntrinsics, type Environment } from './intrinsics';
import { isObject, type Json, type JsonObject } from './json';
import { referencesOf } from './references';

/** A resource as declared in the template: conditions are evaluated, values are not yet resolved. */
export interface ResourceDefinition {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** The explicit dependencies, followed by those from references. */
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
}

export interface Template {
  /** In the order of the template. */
  readonly resources: ReadonlyMap<string, ResourceDefinition>;
  readonly outputs: JsonObject;
  readonly environment: Environment;
}

const SECTIONS = new Set([
  'AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs',
  'Rules', // CDK's check of the bootstrap version; the stand-in has no bootstrap stack
]);

/**
 * Reads and validates a whole template, so that mistakes are found before any resource changes.
 *
 * @param pseudoParameters The values of `AWS::Region` and the other pseudo parameters.
 */
export function readTemplate(
  source: JsonObject, pseudoParameters: Readonly<Record<string, string>>, parameterValues: Readonly<Record<string, string>>,
): Template {
  for (const name of Object.keys(source)) {
    if (!SECTIONS.has(name)) throw new ValidationError(`Template section ${name} is not supported by the stand-in`);
  }
  const environment = evaluateConditions({
    parameters: { ...pseudoParameters, ...readParameters(section(source, 'Parameters'), parameterValues) },
    mappings: section(source, 'Mappings'),
    conditions: {},
  }, section(source, 'Conditions'));

  const resources = new Map<string, ResourceDefinition>();
  for (const [logicalId, declared] of Object.entries(section(source, 'Resources'))) {
    const resource = readResource(logicalId, declared, environment);
    if (resource) resources.set(logicalId, resource);
  }
  if (resources.size === 0) throw new ValidationError('At least one Resources member must be defined.');
  const outputs = readOutputs(section(source, 'Outputs'), environment);
  checkReferences(resources, outputs, environment, new Set(Object.keys(section(source, 'Resources'))));
  return { resources, outputs, environment };
}

function section(source: JsonObject, name: string): JsonObject {
  const value = source[name] ?? {};
  if (!isObject(value)) throw new ValidationError(`Template format error: ${name} must be an object`);
  return value;
}

function readParameters(declared: JsonObject, given: Readonly<Record<string, string>>): Record<string, string> {
  const unknown = Object.keys(given).find((name) => !(name in declared));
  if (unknown) throw new ValidationError(`Parameters: [${unknown}] do not exist in the template`);
  return Object.fromEntries(Object.entries(declared).map(([name, declaration]) => {
    const value = given[name] ?? (isObject(declaration) ? declaration.Default : undefined);
    if (value === undefined || value === null) throw new ValidationError(`Parameters: [${name}] must have values`);
    return [name, String(value)];
  }));
}

function readResource(logicalId: string, declared: Json, environment: Environment): ResourceDefinition | undefined {
  if (!isObject(declared) || typeof declared.Type !== 'string') {
    throw new ValidationError(`Template format error: [/Resources/${logicalId}] must be an object with a Type`);
  }
  if (typeof declared.Condition === 'string') {
    if (!(declared.Condition in environment.conditions)) {
      throw new ValidationError(`Template format error: Unresolved condition ${declared.Condition} in resource ${logicalId}`);
    }
    if (!environment.conditions[declared.Condition]) return undefined;
  }
  const where = `/Resources/${logicalId}/Properties`;
  validateIntrinsics(declared.Properties ?? {}, where);
  const properties = selectBranches(declared.Properties ?? {}, environment);
  if (!isObject(properties)) throw new ValidationError(`Template format error: [${where}] must be an object`);
  const explicit = declared.DependsOn ?? [];
  const deletionPolicy = typeof declared.DeletionPolicy === 'string' ? declared.DeletionPolicy : 'Delete';
  const updateReplacePolicy = typeof declared.UpdateReplacePolicy === 'string' ? declared.UpdateReplacePolicy : 'Delete';
  const dependsOn = new Set([...(Array.isArray(explicit) ? explicit : [explicit]).map(String), ...referencesOf(properties)]);
  return { logicalId, type: declared.Type, properties, dependsOn: [...dependsOn], deletionPolicy, updateReplacePolicy };
}

function readOutputs(declared: JsonObject, environment: Environment): JsonObject {
  const outputs: JsonObject = {};
  for (const [name, output] of Object.entries(declared)) {
    if (!isObject(output)) throw new ValidationError(`Template format error: [/Outputs/${name}] must be an object`);
    if (typeof output.Condition === 'string' && !environment.conditions[output.Condition]) continue;
    validateIntrinsics(output.Value, `/Outputs/${name}`);
    outputs[name] = selectBranches(output.Value, environment);
  }
  return outputs;
}

/**
 * Rejects references to missing resources, and removes parameters from the dependencies. References to a resource whose
 * condition is false are rejected, but DependsOn may name it.
 *
 * @param declared The logical ids of all resources, including those whose condition is false.
 */
function checkReferences(
  resources: Map<string, ResourceDefinition>, outputs: JsonObject, environment: Environment, declared: ReadonlySet<string>,
): void {
  const exists = (name: string): boolean => resources.has(name) || name in environment.parameters;
  for (const [logicalId, resource] of resources) {
    const references = referencesOf(resource.properties);
    const missing = resource.dependsOn.filter((name) => !exists(name) && (references.includes(name) || !declared.has(name)));
    if (missing.length > 0) {
      throw new ValidationError(
        `Template format error: Unresolved resource dependencies [${missing.join(', ')}] in the Resources block of the template`,
      );
    }
    resources.set(logicalId, { ...resource, dependsOn: resource.dependsOn.filter((name) => resources.has(name)) });
  }
  const missing = referencesOf(outputs).filter((name) => !exists(name));
  if (missing.length > 0) {
    throw new ValidationError(
      `Template format error: Unresolved resource dependencies [${missing.join(', ')}] in the Outputs block of the template`,
    );
  }
}
