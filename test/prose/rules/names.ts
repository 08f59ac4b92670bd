import { NAMES } from '../text';
import { Rule } from './rule';

/** Names that are riddles. The patterns also find them within a longer name. */
export const NAME_RULES: readonly Rule[] = [
  name('name-hint', /wayOut/i, 'Name it `hint`.', ['wayOutOf', 'theWayOut'], ['hintFor']),
  name('name-format', /inWords/i, 'Name it `format…`.', ['inWords', 'daysInWords'], ['formatDays', 'words']),
  name('name-retry', /patientCall|patiently/i, 'Name it `callWithRetry`.', ['patientCall'], ['callWithRetry']),
  name('name-error-test', /^is(?:Passing|Lost)$/, 'Name it `isTransient` or `isConnectionError`.', ['isPassing', 'isLost'], ['isTransient', 'isPassingRole']),
  name('name-limit', /(?:^|_)(?:LONGEST|MOST|LEAST|LARGEST|FEWEST|SHORTEST)(?:_|$)|^(?:longest|most|least|fewest)(?=[A-Z])/, 'Name a limit `MAX_…` or `MIN_…`.',
    ['LONGEST_REASON', 'MOST_RULES', 'LEAST_DAYS'], ['MAX_RULES', 'ALMOST_ALL']),
  name('name-per', /(?<!_(?:AS|AT|FOR|FROM|IN|IS|NOT|OF|ON|TO|WITH))_AN?_(?=[A-Z])/, 'Name it `…_PER_…`.', ['MANIFESTS_A_CALL', 'IMAGES_A_PAGE'], ['MANIFESTS_PER_CALL', 'NOT_IN_A_TAG']),
  name('name-retained', /lasting/i, 'Name it `Retained…`.', ['LastingPolicies'], ['RetainedPolicies']),
  name('name-restore', /goBack|goesBack|wayBack|stepBack|stepOut/i,
    'Name it `rollBack`, `restore`, `rollbackStep` or `detachStep`.', ['goBack', 'wayBack', 'nextStepBack', 'stepOutOf'], ['rollBack', 'restore', 'detachStep']),
  name('name-detach', /^Leaving/, 'Name it `Detach…`.', ['Leaving'], ['leaving', 'Detachment']),
  name('name-error', /refus/i, 'Name a function that throws `reject…`, and the error `…Error` or `problem`.', ['refuseOptions', 'refusalOf'], ['rejectOptions', 'OptionsError']),
  {
    ...name('name-verb', /^(?:counted|grouped|bound)$/, 'Name it `plural`, `withThousands` or `withTimeout`.', ['counted', 'grouped', 'bound'], ['plural', 'isBound']),
    kinds: ['function'],
  },
];

function name(id: string, pattern: RegExp, advice: string, bad: readonly string[], good: readonly string[]): Rule {
  return { id, kinds: NAMES, pattern, advice, bad, good };
}
