import { MAX_PATH_LENGTH, Path } from './policy-problems';

export interface RepeatedKey {
  readonly key: string;
  readonly at: Path;
}

/** An object or a list that is not closed yet, with the current key or position in it. */
interface Open {
  readonly timesSeen: Map<string, number>;
  step: string | number;
}

/**
 * Finds keys that occur twice in their object: `JSON.parse` silently keeps only the last value.
 *
 * Keys are compared after unescaping, so `"a"` and `"\u0061"` are the same.
 *
 * @param text Valid JSON, nested to any depth. It is not checked again.
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

/** Limits the path to the length that is shown: each of thousands of levels can repeat a key. */
function pathOf(open: readonly Open[]): Path {
  return open.slice(0, MAX_PATH_LENGTH + 1).map(({ step }) => step);
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}
