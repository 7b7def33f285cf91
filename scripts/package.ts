// npm run package [-- TARGET …]: builds a VSIX for each platform into dist-vsix/, and looks into each of them.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { stage } from './package/stage';
import { targets } from './package/targets';
import { faultsOf } from './package/verify';

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !targets.some((target) => target.name === name));
if (unknown) {
  console.error(`There is no target "${unknown}". Use ${targets.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const out = 'dist-vsix';
mkdirSync(out, { recursive: true });
for (const target of targets.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  const folder = join('.cache/package', target.name);
  const vsix = join(out, `attention-lens-${target.name}.vsix`);
  stage(target, folder);
  await createVSIX({
    ...{ cwd: folder, target: target.name, packagePath: join(process.cwd(), vsix) },
    // dist/node_modules holds what runs; there is nothing for npm to find.
    dependencies: false,
    // The links of the README stay relative until there is a public repository to point them to.
    ...{ allowMissingRepository: true, rewriteRelativeLinks: false },
  });
  const faults = faultsOf(vsix, target);
  console.log(`${vsix}  ${(statSync(vsix).size / 1e6).toFixed(1)} MB${faults.length ? '' : '  verified'}`);
  for (const fault of faults) console.error(`  ${fault}`);
  if (faults.length) process.exitCode = 1;
}
