// The calendar as a grid: arrows move among its blocks, Enter opens, M moves a booking; where a mouse is used,
// a booking is dragged. Both lead to the page that says who is told what; nothing is changed here.
// Without this script every block is a plain link.
const pane = document.querySelector("[data-calendar]");
const opener = document.querySelector("[data-move-open]");
const dialog = document.querySelector("[data-move-dialog]");
const change = pane.dataset.change;
const step = Number(pane.dataset.step) || 30;
const table = () => pane.querySelector("table");
const isDay = () => table().dataset.view === "day";
const rows = () => [...table().tBodies[0].rows];
const cells = (row) => [...row.cells].slice(1);
// What can have the focus in a cell: its blocks, or the cell itself where it has none.
const stops = (cell) => {
  const bits = [...cell.querySelectorAll(".bit:not(.bit--buffer)")];
  return bits.length || cell.classList.contains("is-buffer") ? bits : [cell];
};
const path = (stop) => {
  const cell = stop.closest("td");
  return { row: rows().indexOf(cell.parentElement), column: cells(cell.parentElement).indexOf(cell), at: stops(cell).indexOf(stop) };
};

let current = null;

function choose(stop, focus = true) {
  if (!stop) return;
  if (current) current.tabIndex = -1;
  current = stop;
  stop.tabIndex = 0;
  if (opener) opener.disabled = !stop.dataset.move;
  say(stop);
  if (focus) stop.focus();
}

// The same block again after the grid was read anew: by code and cell, else by its place.
const remember = (stop) => stop && {
  pk: stop.closest("tr").dataset.pk,
  day: stop.closest("td").dataset.day,
  href: stop.getAttribute("href"),
  ...path(stop),
};
function recall(was) {
  const row = rows().find((one) => one.dataset.pk === was.pk) ?? rows()[Math.min(was.row, rows().length - 1)];
  const there = cells(row).filter((cell) => cell.dataset.day === was.day).flatMap(stops);
  const same = was.href && there.find((stop) => stop.getAttribute("href") === was.href);
  const cell = cells(row)[Math.min(was.column, row.cells.length - 2)];
  return same || stops(cell)[Math.max(0, Math.min(was.at, stops(cell).length - 1))] || there[0];
}

function prepare(was = null, focus = false) {
  current = null;
  if (!table()) return;
  for (const stop of rows().flatMap(cells).flatMap(stops)) {
    stop.tabIndex = -1;
    if (stop.dataset.move && fine.matches) stop.draggable = true;
  }
  for (const link of table().tHead.querySelectorAll("a")) link.tabIndex = 0;
  const asked = /^#row-\d+$/.test(location.hash) && pane.querySelector(`${location.hash} .bit`);
  const today = pane.querySelector("td.is-today .bit");
  choose(was ? recall(was) : asked || today || rows().flatMap(cells).flatMap(stops)[0], focus || Boolean(asked && !was));
}

const begins = (cell) => Number(cell.dataset.from);
function below(stop, by) {
  const here = path(stop);
  const cell = stop.closest("td");
  if (!isDay() && Math.abs(by) === 1) {
    const inside = stops(cell)[here.at + by];
    if (inside) return inside;
  }
  const row = rows()[Math.max(0, Math.min(here.row + by, rows().length - 1))];
  if (!row || row === cell.parentElement) return null;
  if (!isDay()) {
    const found = stops(cells(row)[here.column]);
    return by < 0 ? found.at(-1) : found[0];
  }
  const then = cells(row).filter((one) => stops(one).length && begins(one) <= begins(cell)).at(-1) ?? cells(row)[0];
  return stops(then)[0];
}
function beside(stop, by) {
  const here = path(stop);
  const line = cells(stop.closest("tr")).filter((cell) => stops(cell).length);
  const next = line[line.indexOf(stop.closest("td")) + by];
  return next && stops(next)[Math.min(here.at, stops(next).length - 1)];
}
function edge(stop, last, whole) {
  const row = whole ? rows().at(last ? -1 : 0) : stop.closest("tr");
  return cells(row).flatMap(stops).at(last ? -1 : 0);
}

const MOVES = {
  ArrowDown: (stop) => below(stop, 1),
  ArrowUp: (stop) => below(stop, -1),
  ArrowRight: (stop) => beside(stop, 1),
  ArrowLeft: (stop) => beside(stop, -1),
  PageDown: (stop) => below(stop, 5),
  PageUp: (stop) => below(stop, -5),
  Home: (stop, event) => edge(stop, false, event.ctrlKey),
  End: (stop, event) => edge(stop, true, event.ctrlKey),
};

pane.addEventListener("keydown", (event) => {
  const stop = event.target.closest("tbody .bit, tbody td");
  if (!stop || event.altKey || event.metaKey) return;
  if (event.key === "Enter" && !stop.href && !isDay()) {
    // A day without anything to open leads to the day itself.
    table().tHead.rows[0].cells[path(stop).column + 1].querySelector("a").click();
    return;
  }
  const move = MOVES[event.key];
  if (!move) return;
  event.preventDefault();
  event.stopPropagation();
  choose(move(stop, event));
});
pane.addEventListener("focusin", (event) => {
  const stop = event.target.closest("tbody .bit, tbody td");
  if (stop && stop !== current) choose(stop, false);
});

// Read anew: the focus stays, and nothing is read while a block is dragged.
let kept = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "calendar" && dragged) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "calendar") return;
  // What was asked for before: put in place, it would take the block out of the hand.
  if (dragged) event.detail.shouldSwap = false;
  else kept = { was: remember(current), focus: pane.contains(document.activeElement) };
});
document.addEventListener("htmx:afterSwap", () => {
  if (!kept) return;
  const { was, focus } = kept;
  kept = null;
  prepare(was, focus && document.activeElement === document.body);
});

// Moving. What a booking carries along: code, start, minutes, professionals, room, service point, services.
const read = (stop) => {
  const [code, start, minutes, staff, room, point, services] = stop.dataset.move.split("|");
  return { code, start, minutes: Number(minutes), staff: staff.split(" ").filter(Boolean), room, point, services: services.split(" ") };
};
const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const minutesOf = (text) => Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16));

function go(booking, { start = booking.start, when = { start }, staff = booking.staff, room = booking.room, point = booking.point }) {
  const query = new URLSearchParams(when);
  if (staff.join() !== booking.staff.join()) for (const pk of staff) query.append("professional", pk);
  if (room !== booking.room) query.append("room", room);
  if (point && point !== booking.point) query.append("point", point);
  window.location.assign(`${change.replace("REF", booking.code)}?${query}`);
}

// The mouse.
const fine = window.matchMedia("(any-pointer: fine)");
let dragged = null;
const unmark = () => pane.querySelectorAll(".is-target").forEach((one) => one.classList.remove("is-target"));

pane.addEventListener("dragstart", (event) => {
  const stop = event.target.closest?.("[data-move]");
  if (!stop) return;
  const box = stop.getBoundingClientRect();
  const booking = read(stop);
  // By how much of the visit the mouse is past its beginning.
  const past = isDay() ? ((event.clientX - box.left) / box.width) * booking.minutes : 0;
  dragged = { booking, past, pk: stop.closest("tr").dataset.pk };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", booking.code);
});
// Where a drop would put the booking: the cell, and the minutes since midnight. Free time is begun at its own
// beginning or at a whole step after it, never before it; and no later than the visit still fits.
function targetOf(event) {
  const cell = event.target.closest?.("tbody td");
  if (!cell) return null;
  const { booking, past } = dragged;
  const free = event.target.closest(".bit--free") ?? (isDay() ? cell.querySelector(".bit--free") : null);
  const from = Number(free?.dataset.from);
  const until = Number(free?.dataset.until);
  let minutes = minutesOf(booking.start);
  if (isDay()) {
    const box = cell.getBoundingClientRect();
    const begins = Number(cell.dataset.from);
    const there = begins + ((event.clientX - box.left) / box.width) * (Number(cell.dataset.until) - begins) - past;
    minutes = Math.max(0, Math.round(there / step) * step);
    if (free) {
      const starts = [from, until - booking.minutes];
      for (let at = Math.ceil(from / step) * step; at + booking.minutes <= until; at += step) starts.push(at);
      const fitting = starts.filter((at) => at >= from);
      minutes = fitting.reduce((best, at) => (Math.abs(at - there) < Math.abs(best - there) ? at : best));
    }
  } else if (free && !(minutes >= from && minutes + booking.minutes <= until)) {
    minutes = from;
  }
  return { cell, free, minutes };
}

// The time stands beside the mouse while a booking is dragged.
const tip = document.createElement("div");
tip.className = "cal__tip";
tip.hidden = true;
document.body.append(tip);
const shown = (minutes) =>
  new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" })
    .format(minutes * 60000);
function tell(event, target) {
  const name = target.cell.parentElement.querySelector("th").firstChild.data.trim();
  tip.textContent = `${shown(target.minutes)}–${shown(target.minutes + dragged.booking.minutes)} ${name}`;
  tip.hidden = false;
  tip.style.left = `${Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8)}px`;
}

pane.addEventListener("dragover", (event) => {
  const target = dragged && targetOf(event);
  unmark();
  if (!target) {
    tip.hidden = true;
    return;
  }
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  (target.free ?? target.cell).classList.add("is-target");
  tell(event, target);
});
pane.addEventListener("dragend", () => {
  dragged = null;
  tip.hidden = true;
  unmark();
  window.htmx?.trigger("#calendar", "live");
});
pane.addEventListener("drop", (event) => {
  const target = dragged && targetOf(event);
  if (!target) return;
  event.preventDefault();
  const { booking, pk } = dragged;
  const { cell, free, minutes } = target;
  const row = cell.parentElement.dataset.pk;
  const changes = { start: `${cell.dataset.day}T${clock(minutes)}` };
  if (row !== pk && table().dataset.who === "rooms") changes.room = row;
  if (row !== pk && table().dataset.who === "people") changes.staff = booking.staff.map((one) => (one === pk ? row : one));
  if (free?.dataset.point) changes.point = free.dataset.point;
  if (changes.start !== booking.start || row !== pk) go(booking, changes);
});

// What a block says, below the table: for whoever goes through a compact week by keys.
const told = document.querySelector("[data-told]");
function say(stop) {
  if (told) told.textContent = stop?.querySelector(".sr-only")?.textContent ?? "";
}
pane.addEventListener("mouseover", (event) => {
  const stop = event.target.closest("tbody .bit");
  if (stop) say(stop);
});
pane.addEventListener("mouseleave", () => say(current));

// A name that is typed shows its row at once; Enter goes there. Anything else is asked of the server.
const jump = document.querySelector("[data-jump]");
const folded = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
const named = (text) => {
  const typed = folded(text).split(/[\s-]+/).filter(Boolean);
  return typed.length && rows().find((row) => {
    const words = folded(row.querySelector("th").firstChild.data).split(/[\s-]+/);
    return typed.every((part) => words.some((word) => word.startsWith(part)));
  });
};
const found = () => (table() && named(jump.value)) || null;
jump?.addEventListener("input", () => {
  pane.querySelectorAll("tr.is-found").forEach((row) => row.classList.remove("is-found"));
  const row = found();
  row?.classList.add("is-found");
  row?.scrollIntoView({ block: "nearest" });
});
jump?.addEventListener("keydown", (event) => {
  const row = event.key === "Enter" && found();
  if (!row) return;
  event.preventDefault();
  choose(cells(row).flatMap(stops)[0]);
});

// What drops down takes the focus, and closes by Escape and by a press beside it.
for (const drop of document.querySelectorAll(".cal__drop")) {
  drop.addEventListener("toggle", () => {
    if (drop.open) drop.querySelector("select, input[type='checkbox']")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drop.open) return;
    drop.open = false;
    drop.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!drop.contains(event.target)) drop.open = false;
  });
}

// Enter in a list of what to show shows it.
document.querySelector(".cal__ask")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("select")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// The same by keyboard.
if (dialog) {
  const form = dialog.querySelector("[data-move-form]");
  const people = [...form.querySelectorAll("[name=professional]")];
  let booking = null;
  // Who gives the visit's services, partners, who are asked, and those who are in it already.
  const offer = (select, { services, staff }) => {
    for (const option of select.options) {
      const gives = option.dataset.gives.split(" ");
      const fits = "partner" in option.dataset || staff.includes(option.value) || services.every((one) => gives.includes(one));
      option.hidden = option.disabled = !fits;
    }
  };
  opener.hidden = false;
  opener.addEventListener("click", () => {
    if (!current?.dataset.move) return;
    booking = read(current);
    dialog.querySelector("[data-move-code]").textContent = booking.code;
    form.elements.day.value = booking.start.slice(0, 10).split("-").reverse().map(Number).join(".");
    form.elements.time.value = booking.start.slice(11);
    people.forEach((select, at) => {
      select.closest(".field").hidden = at >= booking.staff.length;
      offer(select, booking);
      select.value = booking.staff[at] ?? "";
    });
    form.elements.room.value = booking.room;
    form.elements.room.closest(".field").hidden = !booking.room;
    dialog.showModal();
    form.elements.day.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const room = form.elements.room;
    go(booking, {
      when: { day: form.elements.day.value, time: form.elements.time.value },
      staff: people.slice(0, booking.staff.length).map((select) => select.value),
      room: room.value,
      point: room.value === booking.room ? booking.point : room.selectedOptions[0].dataset.point,
    });
  });
  dialog.addEventListener("close", () => current?.focus());
}

prepare();
