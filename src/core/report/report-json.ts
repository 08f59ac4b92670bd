import type { GateReport } from './report';

/** Characters of a piece, with one image more at most. */
const PIECE = 64 * 1024;

/**
 * The report's JSON in pieces, the same as `JSON.stringify` writes it.
 *
 * With 100,000 images it is 50 MB and more, which a Lambda has no room for beside the report itself.
 */
export function* reportJson(report: GateReport): Generator<string> {
  let piece = '{';
  let separator = '';
  for (const [name, value] of Object.entries(report)) {
    if (value === undefined) continue;
    piece += `${separator}${JSON.stringify(name)}:`;
    separator = ',';
    if (name !== 'images') {
      piece += JSON.stringify(value);
      continue;
    }
    let before = '[';
    for (const image of report.images) {
      piece += before + JSON.stringify(image);
      before = ',';
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
    piece += report.images.length === 0 ? '[]' : ']';
  }
  yield `${piece}}`;
}
