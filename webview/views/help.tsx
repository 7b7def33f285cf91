import { useEffect, useRef } from 'preact/hooks';
import { useFrame, useFrameController } from '../state/frame';
import { Button } from '../ui/controls';
import type { KeyList } from '../ui/keys';

/** The list of keys: a modal dialog of the browser's own, which keeps the focus and gives it back. */
export function Help({ keys: keyList }: { readonly keys: KeyList }) {
  const open = useFrame((state) => state.help);
  const controller = useFrameController();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      class="help"
      ref={dialog}
      aria-labelledby="help-title"
      onClose={() => controller.help(false)}
      onClick={(event) => event.target === dialog.current && controller.help(false)}
      onKeyDown={(event) => {
        if (event.key !== '?') return;
        event.preventDefault();
        controller.help(false);
      }}
    >
      {open && (
        <div class="help-content">
          <h2 id="help-title">Keys</h2>
          <dl>
            {keyList.map(([keys, does]) => (
              <div key={does}>
                <dt>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <p class="quiet">They work wherever the focus is, except while you type.</p>
          <Button label="Close" onPress={() => controller.help(false)}>
            Close
          </Button>
        </div>
      )}
    </dialog>
  );
}
