// The layers of docs/architecture.md, as a rule: shared ← onnx ← explain ← engine ← (host, cli); the webview imports shared alone.
const layer = (name, allowed) => ({
  name: `layer-${name}`,
  comment: `${name} may import ${[name, ...allowed].join(', ')} and packages only`,
  severity: 'error',
  from: { path: `^(src/)?${name}/` },
  to: { path: '^(src|webview)/', pathNot: `^(src/)?(${[name, ...allowed].join('|')})/` },
});
module.exports = {
  forbidden: [
    layer('shared', []),
    layer('onnx', ['shared']),
    layer('explain', ['shared', 'onnx']),
    layer('engine', ['shared', 'onnx', 'explain']),
    layer('host', ['shared', 'onnx', 'explain', 'engine']),
    layer('cli', ['shared', 'onnx', 'explain', 'engine']),
    layer('webview', ['shared']),
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'vscode-only-in-host',
      severity: 'error',
      from: { pathNot: '^src/host/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'native-code-only-in-the-engine',
      comment: 'onnxruntime-node and sharp load native code, which may abort: the child process alone may touch them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/' },
      to: { path: 'node_modules/(onnxruntime-node|sharp)/' },
    },
    {
      name: 'shared-is-pure',
      severity: 'error',
      from: { path: '^(src/shared|webview)/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
};
