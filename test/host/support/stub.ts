/**
 * Puts something of a test's in the place of a function or a value of the VS Code API while a task runs: what a person would answer to a
 * dialog. The API object is the extension's own, since the tests lie in its folder. A method of an object's class is put in its place too.
 */
export async function withStub<T extends object, K extends keyof T, R>(
  api: T,
  name: K,
  value: unknown,
  task: () => Promise<R>,
): Promise<R> {
  const before = Object.getOwnPropertyDescriptor(api, name);
  Object.defineProperty(api, name, { configurable: true, get: () => value });
  try {
    return await task();
  } finally {
    if (before) Object.defineProperty(api, name, before);
    else delete api[name];
  }
}
