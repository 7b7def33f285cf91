import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transform } from 'esbuild';

/**
 * A plugin: CommonJS whose `import()` loads a file of its own, while what the files share exists once. esbuild splits ES modules only, and an
 * extension host before VS Code 1.100 requires: so modules are built, and each is turned into CommonJS as it is written.
 */
export const inParts = {
  name: 'in-parts',
  setup({ initialOptions, onEnd }) {
    const { minify, sourcemap, outdir } = initialOptions;
    const [{ out }] = initialOptions.entryPoints;
    Object.assign(initialOptions, {
      format: 'esm',
      splitting: true,
      write: false,
      chunkNames: `${out}/[name]-[hash]`,
      // The second step reads the map of the first from the code.
      sourcemap: sourcemap && 'inline',
    });
    onEnd(async ({ errors, outputFiles = [] }) => {
      // The last good build stays.
      if (errors.length > 0) return;
      // Their names change with what is in them.
      await rm(join(outdir, out), { recursive: true, force: true });
      for (const { path, text } of outputFiles) {
        const { code } = await transform(text, {
          format: 'cjs',
          platform: 'node',
          target: initialOptions.target,
          supported: { 'dynamic-import': false },
          minify,
          sourcemap: sourcemap && 'inline',
          sourcefile: path,
        });
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, code);
      }
    });
  },
};
