/* What a test asks of a page as it stands: looked up in the page itself, since a question to it from outside
 * takes longer than many answers. Put into every page beside axe; see screen.py.
 */
(function () {
  "use strict";
  var STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
  var SCROLLS = /auto|scroll/;

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  function visible(element) {
    return element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  }

  function told(element) {
    var text = element.outerHTML.replace(/\s+/g, " ");
    return text.length > 150 ? text.slice(0, 150) + "…" : text;
  }

  // One stop for each control; radio buttons of one name are one stop.
  function stops() {
    var groups = {};
    return all(STOPS).filter(function (element) {
      if (element.tabIndex < 0 || element.disabled || !visible(element)) return false;
      if (element.type !== "radio" || !element.name) return true;
      var group = (element.form ? element.form.action : "") + element.name;
      var checked = all("input[type=radio]", element.form || document).filter(function (other) {
        return other.name === element.name && other.checked;
      })[0];
      if (checked ? checked !== element : groups[group]) return false;
      groups[group] = true;
      return true;
    });
  }

  function named(field) {
    if (field.type === "submit" || field.type === "hidden") return true;
    var label = field.getAttribute("aria-label") || "";
    if (label.trim()) return true;
    var by = (field.getAttribute("aria-labelledby") || "").split(" ").map(function (id) {
      return document.getElementById(id);
    });
    return by.concat(Array.prototype.slice.call(field.labels || [])).some(function (element) {
      return element && element.textContent.trim();
    });
  }

  // A table may be wider than the page, in a region that a keyboard reaches and that says what it is.
  function scrollsByKeyboard(element) {
    return element.tabIndex >= 0 && element.getAttribute("role") === "region" &&
      (element.hasAttribute("aria-label") || element.hasAttribute("aria-labelledby"));
  }

  function cutOff() {
    return all("body *").filter(function (element) {
      var style = getComputedStyle(element);
      if (/^(INPUT|SELECT|TEXTAREA|PROGRESS|svg|path)$/.test(element.tagName)) return false;
      if (element.closest(".sr, svg") || !visible(element)) return false;
      var wide = element.scrollWidth > element.clientWidth + 1;
      var high = element.scrollHeight > element.clientHeight + 1;
      if (wide && SCROLLS.test(style.overflowX)) return !scrollsByKeyboard(element);
      return (wide && style.overflowX === "hidden" && style.textOverflow !== "ellipsis") ||
        (high && style.overflowY === "hidden" && style.webkitLineClamp === "none");
    });
  }

  /* By how many pixels the page is wider than its window, and who is. */
  function wide() {
    var by = document.documentElement.scrollWidth - window.innerWidth;
    if (by <= 0) return [];
    var widest = all("body *").filter(function (element) {
      return visible(element) && element.getBoundingClientRect().right > window.innerWidth + 1 &&
        !element.closest("[role=region]");
    }).slice(-1)[0];
    return [by + " px too wide: " + (widest ? told(widest) : "?")];
  }

  /* Room for a date and its button, and for five characters of a longer text in a table. */
  function squeezed() {
    var em = function (element) { return parseFloat(getComputedStyle(element).fontSize); };
    return all("input[type=date]").filter(function (field) {
      return visible(field) && field.clientWidth < 9 * em(field);
    }).concat(all("th, td").filter(function (cell) {
      return visible(cell) && !cell.querySelector("input, select, .sr") &&
        cell.innerText.trim().length > 12 && cell.clientWidth < 6 * em(cell);
    }));
  }

  function layout() {
    return wide()
      .concat(cutOff().map(function (element) { return "cut off: " + told(element); }))
      .concat(squeezed().map(function (element) { return "squeezed: " + told(element); }));
  }

  function order() {
    var found = [];
    var headings = all("h1").filter(visible);
    if (headings.length !== 1) found.push(headings.length + " h1");
    if (!document.title.trim()) found.push("no title");
    all("input, select, textarea").filter(visible).forEach(function (field) {
      if (!named(field)) found.push("no name: " + told(field));
    });
    // Without a last day the year takes six digits, and who types eight is in the year 202611.
    all("input[type=date]").forEach(function (field) {
      if (!field.max) found.push("no last day: " + told(field));
    });
    all("[tabindex]").forEach(function (element) {
      if (element.tabIndex > 0) found.push("jumps the queue: " + told(element));
    });
    return found;
  }

  function luminance(colour) {
    var parts = colour.match(/[\d.]+/g).map(Number);
    var weights = [0.2126, 0.7152, 0.0722];
    return weights.reduce(function (sum, weight, index) {
      var part = parts[index] / 255;
      return sum + weight * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }, 0);
  }

  function behind(element) {
    for (var one = element; one; one = one.parentElement) {
      var colour = getComputedStyle(one).backgroundColor;
      if (!/rgba\(.*, 0\)$/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  }

  function contrast(one, other) {
    var both = [luminance(one), luminance(other)].sort(function (a, b) { return b - a; });
    return (both[0] + 0.05) / (both[1] + 0.05);
  }

  /* Controls whose focus cannot be seen: no ring of two pixels, or too little contrast around it (3 to 1). */
  function rings() {
    var found = [];
    stops().forEach(function (element) {
      element.focus({ focusVisible: true, preventScroll: true });
      var style = getComputedStyle(element);
      var around = behind(parseFloat(style.outlineOffset) < 0 ? element : element.parentElement);
      if (document.activeElement !== element) found.push("takes no focus: " + told(element));
      else if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) {
        found.push("no ring: " + told(element));
      } else if (contrast(style.outlineColor, around) < 3) {
        found.push("pale ring " + style.outlineColor + " on " + around + ": " + told(element));
      }
    });
    if (document.activeElement) document.activeElement.blur();
    return found;
  }

  // Something of the element can be seen, and is not under a bar that stays in place.
  function inSight(element) {
    var box = element.getClientRects()[0];
    if (!box) return false;
    return [0.1, 0.5, 0.9].some(function (x) {
      return [0.2, 0.5, 0.8].some(function (y) {
        var top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return top && (element.contains(top) || top.contains(element));
      });
    });
  }

  /* Where the keyboard has been since `watch`, and what it met out of sight. */
  var seen = [], hidden = [];
  function watch() {
    seen = [];
    hidden = [];
    document.addEventListener("focusin", function (event) { seen.push(event.target); });
    // By the next key the browser has brought into sight what it goes to.
    document.addEventListener("keydown", look, true);
    all(".skip")[0].focus();
    // A date is walked through part by part.
    return stops().length + 4 * all("input[type=date]").length;
  }

  function look() {
    var element = document.activeElement;
    if (stops().indexOf(element) >= 0 && !inSight(element)) hidden.push(element);
  }

  function walked() {
    look();
    var main = document.getElementById("main");
    var missed = stops().filter(function (element) {
      return main.contains(element) && seen.indexOf(element) < 0;
    });
    return missed.map(function (element) { return "not reached: " + told(element); })
      .concat(hidden.map(function (element) { return "out of sight: " + told(element); }));
  }

  /* The spacing that a reader may set (WCAG 1.4.12); a sheet made by script is no inline style. */
  function spread() {
    var sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important;" +
      " word-spacing: .16em !important; } p { margin-bottom: 2em !important; }");
    document.adoptedStyleSheets = [sheet];
    var found = layout();
    document.adoptedStyleSheets = [];
    return found;
  }

  window.screenTest = {
    axe: function (rules) {
      // A control that is scrolled half under the bar is not small.
      window.scrollTo(0, 0);
      return window.axe.run(document, { runOnly: rules, resultTypes: ["violations"], preload: false }).then(function (results) {
        return results.violations.map(function (found) {
          return found.id + ": " + found.nodes.slice(0, 3).map(function (node) {
            return node.html.slice(0, 160) + " " + node.failureSummary.replace(/\s+/g, " ");
          }).join(" | ");
        });
      });
    },
    layout: layout,
    openKeys: function () {
      document.getElementById("keys").showModal();
    },
    cover: function () {
      document.getElementById("cover").hidden = false;
      document.body.classList.add("is-covered");
    },
    unfold: function () {
      all("details").forEach(function (part) { part.open = true; });
    },
    order: order,
    rings: rings,
    spread: spread,
    walked: walked,
    watch: watch
  };
})();
