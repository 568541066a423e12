// Makes large images smaller, beside the page. Photos are turned upright by what they say of themselves (EXIF).

const LONGEST_SIDE = 2048;
const MOST_BYTES = 4_000_000;
/** Of each try to come below so many bytes. */
const SMALLER = 0.75;

async function drawn(bitmap, scale, type) {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type, quality: 0.9 });
}

/** Null where it may stay as it is. */
async function smaller(file) {
  const bitmap = await createImageBitmap(file);
  const longest = Math.max(bitmap.width, bitmap.height);
  if (longest <= LONGEST_SIDE && file.size <= MOST_BYTES) return { blob: null };
  let scale = Math.min(1, LONGEST_SIDE / longest);
  let blob = await drawn(bitmap, scale, file.type);
  // A picture full of detail is small only as a photo; WebP keeps what can be seen through.
  if (blob.size > MOST_BYTES && file.type === "image/png") blob = await drawn(bitmap, scale, "image/webp");
  while (blob.size > MOST_BYTES) blob = await drawn(bitmap, (scale *= SMALLER), blob.type);
  return { blob, note: scale < 1 ? `resized from ${bitmap.width} × ${bitmap.height}` : "" };
}

self.addEventListener("message", async ({ data: { id, file } }) => {
  // What cannot be read here goes as it is: the server says what is wrong with it.
  self.postMessage({ id, ...(await smaller(file).catch(() => ({ blob: null }))) });
});
