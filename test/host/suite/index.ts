import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { activation } from './activation';

declare const REPORT_FILE: string;

const suites = { activation };

/** What VS Code calls in the extension host; it rejects when a test fails. */
export async function run(): Promise<void> {
  const lines: string[] = [];
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: reporter(lines) });
  mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, '', mocha);
  for (const [name, suite] of Object.entries(suites)) describe(name, suite);
  const failures = await new Promise<number>((done) => mocha.run(done));
  writeFileSync(REPORT_FILE, `${lines.join('\n')}\n`);
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host.`);
}

/** To a file: what an extension host prints is lost with its window. */
const reporter = (lines: string[]) =>
  class extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner) {
      super(runner);
      runner.on('pass', (test) => lines.push(`✔ ${test.fullTitle()} (${test.duration} ms)`));
      runner.on('fail', (test, error: Error) => lines.push(`✖ ${test.fullTitle()}\n${error.stack ?? error.message}`));
    }
  };
