/* Single keys for the counter.
 *
 * A template gives a key to a link, button or field with data-key="n". Pressing it clicks a control or
 * focuses a field. j and k walk over the elements with data-row. Keys work only outside text fields, never
 * while a Chinese input method is composing, and can be switched off in the keys dialog (WCAG 2.1.4).
 */
(function () {
  "use strict";
  var SWITCH = "hall.keys";
  var TEXT = "textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])" +
    ":not([type=button]):not([type=submit])";
  var FULL_WIDTH = { "？": "?", "／": "/", "、": "/", "【": "[", "】": "]" };

  function isOn() {
    try {
      return window.localStorage.getItem(SWITCH) !== "off";
    } catch (e) {
      return true;
    }
  }

  function visible(element) {
    return element.getClientRects().length > 0;
  }

  function first(selector, root) {
    return Array.prototype.find.call((root || document).querySelectorAll(selector), visible);
  }

  function press(element) {
    if (element.matches(TEXT)) {
      element.focus();
      if (element.select) element.select();
    } else if (element.getAttribute("aria-disabled") === "true") {
      element.focus(); // so that the reason beside it is read out
    } else if (element.matches("a[href], button, input, summary")) {
      if (!element.hasAttribute("data-open")) element.focus(); // a dialog leaves the page where it is
      element.click();
    } else {
      element.focus();
    }
  }

  function walk(step) {
    var rows = Array.prototype.filter.call(document.querySelectorAll("[data-row]"), visible);
    if (!rows.length) return false;
    var here = rows.indexOf(document.activeElement);
    var next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
    if (next < 0 || next >= rows.length) return true;
    rows[next].focus();
    if (rows[next].scrollIntoView) rows[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  function openDialog(dialog) {
    if (dialog.open) return;
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
  }

  // Ctrl+Enter sends the form from wherever in it: a text, a tick or a choice; and the one form that holds
  // unsaved text when nothing has the focus, as after Esc.
  function sends(event) {
    var form = event.target.form || (event.target === document.body && document.querySelector("form[data-guard]"));
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !form) return false;
    event.preventDefault();
    if (form.requestSubmit) form.requestSubmit();
    else form.querySelector("button:not([type=button])").click();
    return true;
  }

  function inField(event) {
    var field = event.target;
    if (event.key === "Escape") {
      field.blur();
      return;
    }
    if (sends(event)) return;
    var list = field.getAttribute("data-arrow-to");
    if (event.key === "ArrowDown" && list) {
      var atEnd = field.tagName !== "TEXTAREA" || field.selectionEnd === field.value.length;
      var row = atEnd && first("[data-row]:not(:disabled)", document.querySelector(list));
      if (row) {
        event.preventDefault();
        row.focus();
        if (row.type === "radio" && !row.hasAttribute("data-perhaps")) row.click();
      }
    }
  }

  document.addEventListener("keydown", function (event) {
    // 229: what old browsers report while an input method is composing.
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (document.body.classList.contains("is-covered")) return;
    if (event.target.matches && event.target.matches(TEXT)) {
      inField(event);
      return;
    }
    if (sends(event)) return;
    if (event.ctrlKey || event.altKey || event.metaKey || !isOn()) return;
    if (document.querySelector("dialog[open]")) return;
    var key = FULL_WIDTH[event.key] || event.key;
    if (key.length !== 1) return;
    if ((key === "j" && walk(1)) || (key === "k" && walk(-1))) {
      event.preventDefault();
      return;
    }
    if (!/^[\w/?[\]]$/.test(key)) return;
    var target = first('[data-key="' + key + '"]');
    if (target) {
      event.preventDefault();
      press(target);
    }
  });

  document.addEventListener("click", function (event) {
    var opener = event.target.closest && event.target.closest("[data-open]");
    if (opener) openDialog(document.getElementById(opener.getAttribute("data-open")));
  });

  // What needs scripts is shown only where they run.
  Array.prototype.forEach.call(document.querySelectorAll("[data-open][hidden]"), function (opener) {
    opener.hidden = false;
  });
  var box = document.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = isOn();
    box.addEventListener("change", function () {
      try {
        window.localStorage.setItem(SWITCH, box.checked ? "on" : "off");
      } catch (e) {
        box.checked = true; // storage is closed: the keys stay as they are
      }
    });
  }
})();
