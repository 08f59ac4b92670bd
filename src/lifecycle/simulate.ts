import type { LifecycleImage } from './lifecycle-image';
import { DecisionCode, ImageAction, ImageDecision, Simulation, SimulationOptions } from './simulation';
import { rejectProblems } from '../construct/errors';
import { evaluate } from '../core/evaluation/evaluator';
import { explain } from '../core/evaluation/explanation';
import type { Image } from '../core/evaluation/image';
import { checkTimes, readImages } from '../core/evaluation/inventory';
import { momentProblem, parseTime } from '../core/evaluation/time';
import type { PolicyDocument } from '../core/policy/policy-document';
import { show } from '../core/text/show';

/** Simulates a policy on these images. */
export function simulate(document: PolicyDocument, given: readonly LifecycleImage[], options: SimulationOptions): Simulation {
  const images = readAll(given);
  const missing = checkTimes(document, images);
  if (missing.length > 0) rejectProblems('InvalidImages', 'the list of images', missing);

  const exempt = new Set(options.indexChildrenCount === false ? images.flatMap(({ childDigests }) => childDigests ?? []) : []);
  const { decisions, reasonsFor } = evaluate(document, images, {
    now: evaluationTime(options.now),
    indexChildren: options.indexChildrenCount === false ? 'exempt' : 'counted',
  });
  return Simulation._of(images.map((image, i): ImageDecision => ({
    imageDigest: image.imageDigest,
    imageTags: [...image.imageTags ?? []],
    action: ImageAction[decisions[i].action],
    ...(decisions[i].rulePriority !== undefined && { rulePriority: decisions[i].rulePriority }),
    reasons: explain(document, decisions[i], reasonsFor(i), exempt.has(image.imageDigest))
      .map((reason) => ({ ...reason, code: DecisionCode[reason.code] })),
  })));
}

/** Returns the images in the form of the core, or throws an error with all problems. */
export function readAll(given: readonly LifecycleImage[]): Image[] {
  const read = readImages(given);
  return read.ok ? read.value : rejectProblems('InvalidImages', 'the list of images', read.problems);
}

/** Returns the given time, or the current time, in milliseconds since 1970. The constructs read the clock only here. */
export function evaluationTime(now: string | undefined): number {
  if (now === undefined) return Date.now();
  const problem = momentProblem(now);
  if (problem !== undefined) {
    rejectProblems('InvalidSimulation', 'the simulation', [{ code: 'InvalidTime', path: 'now', message: `${show(now)} is ${problem}` }]);
  }
  return parseTime(now);
}
