import { ECR_ACTIONS } from './ecr-actions';
import { nearest } from '../policy/nearest';

/** Names that are similar to an action with another effect. */
const MEANT: Readonly<Record<string, string>> = { pullimage: 'BatchGetImage', pullimages: 'BatchGetImage' };

/** The fewest characters of a name that may be a part of another name. */
const MIN_PART = 5;

/** Returns the action of ECR that a misspelled name, or a misspelled pattern, probably means. Both are without `ecr:`. */
export function suggestedAction(name: string): string | undefined {
  const wanted = name.toLowerCase();
  const [start] = wanted.split(/[*?]/);
  if (start.length < wanted.length) return suggestedStart(start);
  return MEANT[wanted] ?? completeAction(wanted) ?? nearest(name, ECR_ACTIONS) ?? contained(wanted);
}

function suggestedStart(start: string): string | undefined {
  const starts = ECR_ACTIONS.map((action) => action.slice(0, start.length));
  const meant = nearest(start, starts);
  // The mistake is not in the first part of the pattern.
  if (meant === undefined || meant.toLowerCase() === start) return undefined;
  return ECR_ACTIONS[starts.indexOf(meant)];
}

/** Returns the shortest action with more words: `GetImage` means `BatchGetImage`, although it is more similar to `PutImage`. */
function completeAction(wanted: string): string | undefined {
  if (wanted.length < MIN_PART) return undefined;
  return ECR_ACTIONS.filter((action) => action.toLowerCase().includes(wanted)).sort((a, b) => a.length - b.length)[0];
}

/** Returns the longest action that a name contains. */
function contained(wanted: string): string | undefined {
  return ECR_ACTIONS.filter((action) => wanted.includes(action.toLowerCase())).sort((a, b) => b.length - a.length)[0];
}
