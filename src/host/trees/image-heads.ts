import type { TowerShape } from '../../shared/explanation';
import type { HeadGroup } from './shown-heads';

/** The towers of an image model as groups of the tree. */
export const towerGroups = ({
  vision,
  text,
}: {
  readonly vision: TowerShape;
  readonly text: TowerShape;
}): readonly HeadGroup[] => [
  {
    name: 'vision',
    label: 'Image tower',
    icon: 'file-media',
    ...shapeOf(vision),
    unit: 'patches',
    first: { short: 'CLS', long: 'CLS' },
  },
  {
    name: 'text',
    label: 'Text tower',
    icon: 'whole-word',
    ...shapeOf(text),
    unit: 'tokens',
    first: { short: 'start', long: 'the start token' },
  },
];

const shapeOf = ({ layers, heads, pooling }: TowerShape) => ({ layers, heads, pooling: pooling?.heads ?? null });
