#!/usr/bin/env node
// Stands in for the VS Code executable: runTests({ vscodeExecutablePath }) of @vscode/test-electron starts it with VS Code's own arguments.
import { register } from 'tsx/esm/api';

register();
const { runInWorkbench } = await import('./executable.ts');
process.exit(await runInWorkbench(process.argv.slice(2)));
