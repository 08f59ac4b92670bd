import { MAX_PATH_LENGTH, Path } from './findings';

export interface RepeatedKey {
  readonly key: string;
  readonly at: Path;
}

/** An object or a list that is not closed yet, and where in it the walk is. */
interface Open {
  readonly timesSeen: Map<string, number>;
  step: string | number;
}

/**
 * Where a key is written a second time in its object: `JSON.parse` silently keeps the last value only.
 * Keys are compared as JSON means them, so `"a"` and `"\u0061"` are the same.
 *
 * @param text must be JSON: the walk checks nothing, and it does not recurse, however deep the text is nested.
 */
export function repeatedKeys(text: string): RepeatedKey[] {
  const repeated: RepeatedKey[] = [];
  const open: Open[] = [];
  let keyIsNext = false;

  for (let i = 0; i < text.length; i++) {
    const parent = open[open.length - 1];
    switch (text[i]) {
      case '{':
      case '[':
        keyIsNext = text[i] === '{';
        open.push({ timesSeen: new Map(), step: keyIsNext ? '' : 0 });
        break;
      case '}':
      case ']':
        keyIsNext = false;
        open.pop();
        break;
      case ',':
        if (typeof parent.step === 'number') parent.step++;
        else keyIsNext = true;
        break;
      case '"': {
        const end = endOfString(text, i);
        if (keyIsNext) {
          keyIsNext = false;
          const key: string = JSON.parse(text.slice(i, end));
          const times = (parent.timesSeen.get(key) ?? 0) + 1;
          parent.timesSeen.set(key, times);
          parent.step = key;
          if (times === 2) repeated.push({ key, at: pathOf(open) });
        }
        i = end - 1;
        break;
      }
    }
  }
  return repeated;
}

/** No longer than a path's text can show: of thousands of levels, each may repeat a key. */
function pathOf(open: readonly Open[]): Path {
  return open.slice(0, MAX_PATH_LENGTH + 1).map(({ step }) => step);
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}
