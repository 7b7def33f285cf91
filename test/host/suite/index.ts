import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { takeNotes } from '../support/notes';
import { activation } from './activation';
import { api } from './api';
import { contributions } from './contributions';
import { diagnostics } from './diagnostics';
import { engine } from './engine';
import { savedFiles } from './exports';
import { files } from './files';
import { heads } from './heads';
import { messages } from './messages';
import { models } from './models';
import { panels } from './panels';
import { recent } from './recent';
import { settings } from './settings';
import { text } from './text';
import { textDocuments } from './text-documents';
import { textPanels } from './text-panels';
import { tool } from './tool';
import { ways } from './ways';

declare const REPORT_FILE: string;
declare const ONLY: readonly string[];

/** In this order: the first sees the extension before anybody has used it. */
const suites = {
  activation,
  contributions,
  settings,
  api,
  // Before anything was typed: then the default prompts are offered first.
  ways,
  panels,
  messages,
  files,
  heads,
  recent,
  exports: savedFiles,
  models,
  text,
  textPanels,
  textDocuments,
  tool,
  engine,
  diagnostics,
};

/** What VS Code calls in the extension host; it rejects when a test fails. */
export async function run(): Promise<void> {
  const lines: string[] = [];
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: reporter(lines) });
  mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, '', mocha);
  for (const [name, suite] of Object.entries(suites))
    if (ONLY.length === 0 || ONLY.includes(name)) describe(name, suite);
  const failures = await new Promise<number>((done) => mocha.run(done));
  writeFileSync(REPORT_FILE, `${lines.join('\n')}\n`);
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host.`);
}

/** To a file: what an extension host prints is lost with its window. Written as it grows, lest a host that dies take it along. */
const reporter = (lines: string[]) =>
  class extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner) {
      super(runner);
      const say = (line: string) => {
        lines.push(line, ...takeNotes().map((note) => `  ${note}`));
        writeFileSync(REPORT_FILE, `${lines.join('\n')}\n`);
      };
      runner.on('pass', (test) => say(`✔ ${test.fullTitle()} (${test.duration} ms)`));
      runner.on('fail', (test, error: Error) => say(`✖ ${test.fullTitle()}\n${error.stack ?? error.message}`));
    }
  };
