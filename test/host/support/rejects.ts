import assert from 'node:assert/strict';

/** The extension's classes are not the test's: what tells errors apart for other programs is their kind. */
export async function rejectsWith(promise: Promise<unknown>, kind: string, sentence: RegExp): Promise<void> {
  const error = await promise.then(
    () => assert.fail(`It did not reject with ${kind}.`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.equal((error as Error & { kind?: string }).kind, kind, error.message);
  assert.match(error.message, sentence);
  // Sentences: cause, then way out.
  assert.match(error.message, /[.!?]$/);
}
