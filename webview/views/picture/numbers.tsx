import { useState } from 'preact/hooks';
import { valueText } from '../../../src/shared/format';
import type { PanelImage } from '../../../src/shared/panel-protocol';
import { quoted } from '../../../src/shared/quoted';
import { useShownMap } from './shown';
import { strongest } from './strongest';

/** The picture in numbers, for whoever cannot see it or wants to read it off: made when it is opened. */
export function Numbers({ image, index }: { readonly image: PanelImage; readonly index: number }) {
  const [open, setOpen] = useState(false);
  const [rows, columns] = image.explained.grid;
  return (
    <details class="picture-numbers" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{`the ${rows} × ${columns} numbers`}</summary>
      {open && <Table image={image} index={index} />}
    </details>
  );
}

function Table({ image, index }: { readonly image: PanelImage; readonly index: number }) {
  const { map, title } = useShownMap(index, image);
  const [rows, columns] = image.explained.grid;
  const peak = strongest(map);
  const caption = `${title} on ${quoted(image.name)}, for each patch`;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="spoken">{caption}</caption>
        <thead>
          <tr>
            <td />
            {Array.from({ length: columns }, (_, column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {Array.from({ length: columns }, (_, column) => {
                const patch = row * columns + column;
                return (
                  <td key={column} class={patch === peak ? 'number peak' : 'number'}>
                    {valueText(map[patch]!)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
