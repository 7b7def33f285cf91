import { Node } from '../graph/graph';
import { gemm } from './gemm';
import { celu, elu, leakyRelu, relu, selu, thresholdedRelu } from './rectifiers';
import type { Vjp } from './rule';
import { refuse } from './rule';
import { hardSigmoid, sigmoid, softplus, softsign } from './sigmoids';
import { tanh } from './trigonometric';

const activations: ReadonlyMap<string, Vjp> = new Map(
  [celu, elu, hardSigmoid, leakyRelu, relu, selu, sigmoid, softplus, softsign, tanh, thresholdedRelu].map((rule) => [
    rule.op,
    rule,
  ]),
);

/** FusedGemm, y = f(z) with z = Gemm(a, b, c): z̄ by the rule of f, then as Gemm. */
export const fusedGemm: Vjp = {
  op: 'com.microsoft:FusedGemm',
  cotangents(c) {
    const { g, node, y } = c;
    const name = node.string('activation', '');
    const f = activations.get(name) ?? refuse(node, `its activation "${name}" has no rule`);
    const z = g.op('Gemm', node.inputs, only(node, ['alpha', 'beta', 'transA', 'transB']));
    const { activation_alpha, activation_beta, activation_gamma } = node.attributes;
    const given = Object.entries({ alpha: activation_alpha, beta: activation_beta, gamma: activation_gamma });
    const inner = new Node(name, '', node.name, [z], [y], Object.fromEntries(given.filter(([, v]) => v !== undefined)));
    const [z̄] = f.cotangents({ ...c, node: inner, x: [z] });
    return gemm.cotangents({ ...c, ȳ: z̄!() });
  },
};

const only = (node: Node, names: readonly string[]) =>
  Object.fromEntries(Object.entries(node.attributes).filter(([name]) => names.includes(name)));
