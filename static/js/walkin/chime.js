// Two soft notes, made here: no file to fetch. Browsers let a page sound only after a press, or where it is allowed.
let context = null;

export function unlock() {
  context ??= new AudioContext();
  return context.resume().then(() => context.state === "running", () => false);
}

export const canSound = () => context?.state === "running";

export function chime() {
  if (!canSound()) return;
  [660, 880].forEach((pitch, index) => {
    const tone = context.createOscillator(), volume = context.createGain();
    const at = context.currentTime + index * 0.35;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.4, at + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 1);
  });
}
