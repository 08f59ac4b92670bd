/** What S3 answers when it does not do what it was asked. */
export class S3Error extends Error {
  constructor(readonly code: string, readonly status: number, message: string) {
    super(message);
    this.name = 'S3Error';
  }

  toXml(requestId: string): string {
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${this.code}</Code><Message>${this.message}</Message><RequestId>${requestId}</RequestId></Error>`;
  }
}
