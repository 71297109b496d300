// The installer's camera: what BarcodeDetector finds goes into the field, and the form goes on by itself.
// Promises: without a camera, without permission or without BarcodeDetector the field works as ever; the camera is let go on leaving.
(() => {
  "use strict";
  const box = document.querySelector("[data-camera]");
  const start = document.querySelector("[data-camera-start]");
  const form = document.getElementById("scan");
  if (!box || !start || !form || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const picture = box.querySelector("[data-camera-picture]");
  const says = box.querySelector("[data-camera-says]");
  const EVERY_MS = 200;
  let stream = null;
  let timer = 0;

  start.hidden = false;
  const hint = document.querySelector("[data-no-camera]");
  if (hint) hint.hidden = true;

  function stop() {
    clearTimeout(timer);
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
  }

  function say(what) {
    box.hidden = false;
    says.textContent = says.dataset[what] ?? "";
  }

  async function look(detector) {
    if (!stream) return;
    const found = await detector.detect(picture).catch(() => []);
    const text = found.map((one) => one.rawValue).find((value) => value && value.trim());
    if (!text) {
      timer = setTimeout(() => look(detector), EVERY_MS);
      return;
    }
    stop();
    say("found");
    navigator.vibrate?.(60);
    form.elements.text.value = text;
    form.requestSubmit();
  }

  start.addEventListener("click", async () => {
    say("looking");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      picture.srcObject = stream;
      await picture.play();
    } catch {
      stop();
      picture.hidden = true;
      say("denied");
      form.elements.text.focus();
      return;
    }
    start.hidden = true;
    look(new window.BarcodeDetector());
  });
  window.addEventListener("pagehide", stop);
})();
