import { resolve } from 'node:path';
import { format } from 'node:util';
import { openWindow, windowUrl, type OpenOptions } from './browser';
import { ensureWorkbench } from './install';
import { Server } from './server';

/**
 * The part of VS Code's command line that @vscode/test-electron uses, with code-server and headless Chromium: the extension host runs
 * the module of --extensionTestsPath, and what it ends with is the exit code. What it prints is printed.
 */
export async function runInWorkbench(args: readonly string[]): Promise<number> {
  const options = parse(args);
  const server = await Server.start(ensureWorkbench());
  const window = await openWindow();
  try {
    const { page } = window;
    const ended = new Promise<number>((done, fail) => {
      const limit = Number(process.env.WORKBENCH_TIMEOUT_S ?? 300);
      setTimeout(() => fail(new Error(`The tests did not end within ${limit} seconds.`)), limit * 1000).unref();
      page.on('crash', () => fail(new Error('The workbench’s page crashed.')));
      void page.exposeFunction('codeAutomationLog', (type: string, said: unknown[]) => {
        if (process.env.WORKBENCH_VERBOSE) console.error(`[workbench ${type}]`, format(...said));
      });
      void page.exposeFunction('codeAutomationExit', (code: number) => done(code));
    });
    // The extension host's console comes as "%c[Extension Host] %c…".
    page.on('console', (message) => {
      const said = message.text();
      if (said.includes('[Extension Host]'))
        console.log(said.replace(/^%c\[Extension Host\] %c/, '').replace(/ color:.*$/, ''));
    });
    await page.goto(windowUrl(server, options));
    return await ended;
  } catch (error) {
    const picture = resolve('.cache/workbench-failure.png');
    await window.page.screenshot({ path: picture }).catch(() => undefined);
    console.error(`${error instanceof Error ? error.message : String(error)} A picture of the window: ${picture}.`);
    return 1;
  } finally {
    await window.close();
    await server.stop();
  }
}

function parse(args: readonly string[]): OpenOptions {
  const value = (name: string): string | undefined => {
    const said = args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
    return said === undefined ? undefined : resolve(said);
  };
  const folder = args.filter((arg) => !arg.startsWith('--')).at(-1);
  return {
    folder: folder === undefined ? undefined : resolve(folder),
    development: value('extensionDevelopmentPath'),
    tests: value('extensionTestsPath'),
  };
}
