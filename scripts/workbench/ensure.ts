// Installs what is asked for and missing: `chromium`, `workbench`.
import { ensureChromium } from './chromium';
import { ensureWorkbench } from './install';

try {
  if (process.argv.includes('chromium')) ensureChromium();
  if (process.argv.includes('workbench') && !process.env.VSCODE_EXECUTABLE) ensureWorkbench();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
