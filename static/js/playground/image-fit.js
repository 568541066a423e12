// An image as it is uploaded: made smaller by a worker where it is larger than any model sees.

const MOST_BYTES = 20_000_000;
const waiting = new Map();
let worker;
let count = 0;

function hire() {
  const hired = new Worker(new URL("./image-worker.js", import.meta.url), { type: "module" });
  hired.addEventListener("message", ({ data: { id, ...made } }) => {
    waiting.get(id)?.(made);
    waiting.delete(id);
  });
  hired.addEventListener("error", () => {
    // Then it goes as it is, and the server makes it smaller; for the next one another worker is hired.
    worker = null;
    for (const resolve of waiting.values()) resolve({ blob: null });
    waiting.clear();
  });
  return hired;
}

function made(file) {
  if (!window.OffscreenCanvas || !window.createImageBitmap) return { blob: null };
  worker ??= hire();
  return new Promise((resolve) => {
    waiting.set((count += 1), resolve);
    worker.postMessage({ id: count, file });
  });
}

/** Resolves to what to upload, and what was done to it; rejects with a sentence where that is known here. */
export async function fit(file) {
  if (file.type && !file.type.startsWith("image/")) throw new Error("This is no image. Use PNG, JPEG, WebP or GIF.");
  // Of a GIF the server takes the first frame, and says so; what a drawing or a HEIC photo is, it knows as well.
  const { blob, note = "" } = ["image/gif", "image/svg+xml", "image/heic", "image/heif"].includes(file.type) ? { blob: null } : await made(file);
  if ((blob ?? file).size > MOST_BYTES) throw new Error(`An image has at most ${MOST_BYTES / 1_000_000} MB, and this one could not be made smaller here.`);
  return { blob: blob ?? file, note };
}
