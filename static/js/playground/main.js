// The Playground's page: one board, one composer, one socket.
import { bindActions } from "./actions.js";
import { Announcer } from "./announcing.js";
import { bindBest } from "./best.js";
import { Board } from "./board.js";
import { Composer } from "./composer.js";
import { showConnection } from "./connection.js";
import { bindDialogs } from "./dialogs.js";
import { Draft } from "./draft.js";
import { bindEarlier } from "./earlier.js";
import { bindEdits } from "./edits.js";
import { bindFocus } from "./focus.js";
import { fetchFonts } from "./fonts.js";
import { DraftImages } from "./images.js";
import { bindImageDialog } from "./image-dialog.js";
import { bindInputs } from "./inputs.js";
import { bindKeys } from "./keys.js";
import { bindPickers } from "./picker.js";
import { Socket } from "./socket.js";
import { Tabs } from "./tabs.js";
import { bindTitle } from "./title.js";
import { bindToolbars } from "./toolbars.js";
import { bindTools } from "./tools.js";
import { bindTrials } from "./trials.js";

/** In the composer's place, where somebody only reads: there is nothing to send or to stop. */
const READER = { running: false, say() {}, tell() {} };
/** What is found lacking in the meantime is asked for when it is over. */
const RESUME_PAUSE = 300;

function start(element) {
  const form = document.querySelector("[data-composer-form]");
  const notice = document.querySelector("[data-connection]");
  const board = new Board(element);
  let lacking = false;
  let pausing = false;
  const resume = () => {
    lacking = true;
    if (!pausing) ask();
  };
  const ask = () => {
    pausing = lacking;
    if (!lacking) return;
    lacking = false;
    socket.resume();
    setTimeout(ask, RESUME_PAUSE);
  };
  const socket = new Socket(element.dataset.socket, {
    known: () => board.known(),
    receive: (frame) => board.receive(frame) || resume(),
    state: (open, isOver) => showConnection(element, notice, open, isOver),
    isAwaited: () => board.isRunning,
    over: notice.dataset.over,
  });
  for (const event of ["board:fetched", "board:lacking"]) element.addEventListener(event, resume);
  const composer = form ? new Composer(form, board, socket, new Draft(form.querySelector("[data-composer]"), element.dataset.comparison), new DraftImages(form, board)) : READER;
  bindActions(board, socket, (sentence) => composer.tell(sentence));
  new Announcer(board);
  bindBest(board);
  bindEarlier(board);
  bindInputs(board);
  bindTrials(board);
  bindFocus(board);
  bindKeys(board, composer);
  bindPickers();
  bindDialogs();
  bindEdits();
  bindImageDialog();
  bindTitle();
  bindToolbars(element);
  bindTools(board, socket);
  new Tabs(board);
  fetchFonts();
}

const element = document.querySelector("[data-comparison]");
if (element) start(element);
