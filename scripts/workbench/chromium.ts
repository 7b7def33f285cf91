import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Path of a Chromium: the one that CHROMIUM names, one that is installed, or Debian's, which is installed now.
 *
 * @throws Error with a sentence where there is none and none can be installed
 */
export function ensureChromium(): string {
  const found = [process.env.CHROMIUM ?? '', ...places].find((path) => path !== '' && existsSync(path));
  if (found) return found;
  if (existsSync('/usr/bin/apt-get')) {
    console.error('Installing Chromium for the tests (apt-get install chromium) …');
    const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    apt(sudo, 'update');
    apt(sudo, 'install', '-y', '--no-install-recommends', 'chromium');
    if (existsSync(places[0])) return places[0];
  }
  throw new Error('There is no Chromium on this machine. Install Chromium or Chrome, or set CHROMIUM to its path.');
}

function apt(sudo: readonly string[], ...args: readonly string[]): void {
  const [command, ...rest] = [...sudo, 'apt-get', '-qq', ...args];
  const { status, stderr } = spawnSync(command, rest, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0)
    throw new Error(`Chromium could not be installed (${stderr.trim() || `${command} ended with ${status}`}). Install it by hand, or set CHROMIUM to its path.`); // prettier-ignore
}

/** Headless in a container, without a word to anyone. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
