import type { GateReport } from './report';

/** The number of characters per piece. A piece can exceed it by one image. */
const CHARACTERS_PER_PIECE = 64 * 1024;

/**
 * Generates the JSON of a report in pieces, equal to the output of `JSON.stringify`.
 *
 * With 100,000 images, it exceeds 50 MB, which the Lambda cannot hold in memory in addition to the report.
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
      if (piece.length < CHARACTERS_PER_PIECE) continue;
      yield piece;
      piece = '';
    }
    piece += report.images.length === 0 ? '[]' : ']';
  }
  yield `${piece}}`;
}
