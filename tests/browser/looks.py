"""What can be wrong with how a page looks and is reached, in words: rules of axe, widths, colours, sizes, focus.

The media are switched under one loaded page; the schemes of the version for the visually impaired by their attribute.
"""

from axe_playwright_python.sync_playwright import Axe

from crowd.vision import CHOICES

# Rules that look at colours; what the others find does not depend on the medium.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
AXE_SCRIPT = Axe().axe_script
RUN_AXE = """
async ([only, off]) => {
  const rules = Object.fromEntries([...off.map((id) => [id, {enabled: false}]), ["target-size", {enabled: true}]]);
  const options = only
    ? {resultTypes: ["violations"], runOnly: {type: "rule", values: only}}
    : {resultTypes: ["violations"], rules};
  const {violations} = await axe.run(document, options);
  return violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}
"""
MEDIA = {
    "light": {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "contrast": "no-preference", "forced_colors": "none"},
    "more contrast": {"color_scheme": "light", "contrast": "more", "forced_colors": "none"},
    "more contrast, dark": {"color_scheme": "dark", "contrast": "more", "forced_colors": "none"},
    "forced colours": {"color_scheme": "dark", "contrast": "more", "forced_colors": "active"},
}
SCHEMES = {
    "black-on-white": ("rgb(0, 0, 0)", "rgb(255, 255, 255)"),
    "white-on-black": ("rgb(255, 255, 255)", "rgb(0, 0, 0)"),
    "blue-on-sky": ("rgb(6, 52, 98)", "rgb(157, 209, 255)"),
}
assert {"normal", *SCHEMES} == set(CHOICES["contrast"])
# WCAG 1.4.12, put over whatever the page says. A sheet made by a script needs no leave of the policy.
SPACING = """
() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { letter-spacing: 0.12em !important; line-height: 1.5 !important; word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}
"""
NO_SPACING = "() => { document.adoptedStyleSheets = []; }"
OVERFLOW = """
() => {
  const width = document.documentElement.clientWidth;
  const over = document.documentElement.scrollWidth - width;
  if (over <= 0) return null;
  const wide = [...document.querySelectorAll("body *")].filter(
    (one) => one.checkVisibility() && one.getBoundingClientRect().right > width + 0.5);
  return `${over} px: ` + wide.slice(-3).map((one) => one.outerHTML.slice(0, 90)).join(" | ");
}
"""
# What cuts its own text off. A card's first lines are cut on purpose: the whole text is a press away.
CLIPPED = """
() => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one);
  if (!one.checkVisibility() || !one.innerText?.trim() || one.closest(".visually-hidden, svg, textarea, select")) return false;
  if (style.webkitLineClamp !== "none" || style.textOverflow === "ellipsis" || one.clientWidth < 2) return false;
  const cuts = (axis) => ["hidden", "clip"].includes(axis);
  return (cuts(style.overflowY) && one.scrollHeight > one.clientHeight + 2)
    || (cuts(style.overflowX) && one.scrollWidth > one.clientWidth + 2);
}).map((one) => one.outerHTML.slice(0, 120))
"""
# WCAG 2.5.8: 24 px, or a link in a line of text, or nothing else within the circle.
SMALL = """
() => {
  const boxes = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, label:has(input)")]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(".visually-hidden, .skip"))
    .map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
  const inline = (one) => getComputedStyle(one).display === "inline"
    && [...one.parentElement.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim().length > 1);
  const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  const alone = (one, box) => boxes.every(([other, theirs]) => {
    if (other === one || other.contains(one) || one.contains(other)) return true;
    const [x, y] = middle(box);
    const dx = Math.max(theirs.left - x, 0, x - theirs.right), dy = Math.max(theirs.top - y, 0, y - theirs.bottom);
    return Math.hypot(dx, dy) >= 12;
  });
  return boxes.filter(([one, box]) => Math.min(box.width, box.height) < 23.9 && !inline(one) && !alone(one, box))
    .map(([one, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`);
}
"""
MOVES = """
() => [...document.querySelectorAll("body, body *")].filter((one) => {
  const style = getComputedStyle(one);
  const lasts = (times) => times.split(",").some((time) => parseFloat(time) > 0.01);
  return style.animationName !== "none" || lasts(style.transitionDuration) || style.scrollBehavior === "smooth";
}).map((one) => one.outerHTML.slice(0, 100))
"""
# Whatever is drawn in a colour of its own: text, ground, borders that have a width, shapes.
COLOURS = """
([ink, paper]) => {
  const found = new Set(), nothing = "rgba(0, 0, 0, 0)";
  for (const one of document.querySelectorAll("html, body, body *")) {
    if (!one.checkVisibility({opacityProperty: true}) || one.closest("img, .vision__sample, .visually-hidden")) continue;
    const style = getComputedStyle(one), own = [];
    if ([...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) own.push(["color", style.color]);
    own.push(["ground", style.backgroundColor]);
    for (const side of ["Top", "Right", "Bottom", "Left"]) {
      if (parseFloat(style[`border${side}Width`]) && style[`border${side}Style`] !== "none") own.push(["border", style[`border${side}Color`]]);
    }
    if (one.matches("rect, path, circle") && style.fill !== "none") own.push(["fill", style.fill]);
    for (const [what, colour] of own) {
      if (![ink, paper, nothing].includes(colour)) found.add(`${what} ${colour} ${one.outerHTML.slice(0, 90)}`);
    }
    if (style.backgroundImage !== "none") found.add(`picture ${one.outerHTML.slice(0, 90)}`);
  }
  return [...found];
}
"""
# Where the focus is: can it be seen, is it marked, and does nothing that sticks cover it?
FOCUS = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return {name: "", fault: "nothing has the focus"};
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const name = (one.getAttribute("aria-label") || one.innerText || one.name || one.id || "").trim().replace(/\\s+/g, " ");
  const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8], [0.1, 0.8], [0.9, 0.2]];
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return top && (one.contains(top) || top.contains(one));
  });
  const fault = !marked ? "is not marked" : !inside ? "is outside of the window" : !seen ? "is covered" : "";
  return {name, fault: fault && `${one.outerHTML.slice(0, 120)} ${fault}`};
}
"""


def bring_axe(page):
    page.evaluate(AXE_SCRIPT)


def broken_rules(page, *, only=None, off=()):
    """What axe finds on a page that it was brought to, a line each."""
    return page.evaluate(RUN_AXE, [only, list(off)])


def faults_of_media(page, *, off=()):
    """All rules in light and in forced colours; those of colours in every other medium."""
    bring_axe(page)
    faults = []
    for name, media in MEDIA.items():
        page.emulate_media(**media)
        if name == "light":
            found = broken_rules(page, off=off)
        elif name == "forced colours":
            # The system draws text and ground there, and scripts are told the colours that it put aside.
            found = broken_rules(page, off=[*off, *OF_COLOUR])
        else:
            found = broken_rules(page, only=OF_COLOUR)
        faults += [f"{name}: {fault}" for fault in found]
    page.emulate_media(**MEDIA["light"])
    return faults


def faults_of_schemes(page, *, off=()):
    """The same of a page that was opened with the version for the visually impaired, in each of its schemes."""
    bring_axe(page)
    faults = [f"special: {fault}" for fault in broken_rules(page, off=off)]
    for scheme, colours in SCHEMES.items():
        page.evaluate("(scheme) => { document.documentElement.dataset.contrast = scheme; }", scheme)
        faults += [f"{scheme}: {fault}" for fault in broken_rules(page, only=OF_COLOUR)]
        faults += [f"{scheme}: {fault}" for fault in page.evaluate(COLOURS, list(colours))]
    return faults


def faults_of_widths(page, *widths):
    """Sideways scrolling at each width, in CSS pixels: 320 is 400 % of 1280, and 640 is 200 %."""
    faults = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 640})
        if over := page.evaluate(OVERFLOW):
            faults.append(f"{width} px wide: scrolls sideways by {over}")
    return faults


def faults_of_spacing(page):
    page.evaluate(SPACING)
    faults = [f"wide spacing: {fault}" for fault in faults_of_widths(page, 320, 1280)]
    faults += [f"wide spacing: cut off: {fault}" for fault in page.evaluate(CLIPPED)]
    page.evaluate(NO_SPACING)
    return faults
