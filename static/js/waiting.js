// Moderators' queue: how much waits is asked every 15 s while the page is looked at. The line is changed in silence; aloud
// it is said when something has come where nothing was, when all is done, or when five more or fewer wait than was said.

const PAUSE = 15_000;
const LONGEST = 240_000;
const WORTH_SAYING = 5;

const line = document.querySelector("[data-waiting]");
const aloud = document.querySelector("[data-waiting-said]");
let told = Number(line.dataset.total);
let pause = PAUSE;
let asked = performance.now();
let timer;

async function ask() {
  if (document.hidden) return;
  asked = performance.now();
  try {
    const answer = await fetch(line.dataset.waiting, { headers: { accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const { total, said } = await answer.json();
    line.textContent = said;
    if (Math.abs(total - told) >= WORTH_SAYING || !total !== !told) {
      aloud.textContent = said;
      told = total;
    }
    pause = PAUSE;
  } catch {
    // What stands there stays; whoever does not answer is asked less often.
    pause = Math.min(2 * pause, LONGEST);
  }
  wait();
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(ask, Math.max(0, asked + pause - performance.now()));
}

document.addEventListener("visibilitychange", wait);
wait();
