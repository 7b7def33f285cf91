import { render } from 'preact';
import { FrameContext } from '../state/frame';
import { registerControls } from '../ui/controls';
import { TextApp } from './app';
import { connectText } from './connect';
import { savedText } from './state/saved-text';
import { TextController } from './state/text-controller';
import { TextContext } from './state/use-text';

/** One text panel: state in one store, views as functions of it, and a channel to the extension. */
registerControls();
const vscode = acquireVsCodeApi();
const controller = new TextController(
  (hear) => connectText(vscode, hear),
  savedText(vscode.getState()),
  (saved) => vscode.setState(saved),
);
render(
  <TextContext.Provider value={controller}>
    <FrameContext.Provider value={controller}>
      <TextApp />
    </FrameContext.Provider>
  </TextContext.Provider>,
  document.body,
);
void controller.open();
