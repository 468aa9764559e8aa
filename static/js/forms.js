/* Forms: sent once, nothing typed is lost by accident, errors get the focus, a lost server is said aloud.
 *
 * data-plain   on a form: leave it alone         data-guard  on a form: ask before leaving with unsaved text
 * data-again   on a form: may be sent again (a download leaves the page where it is)
 * data-focus   on an element: takes the focus when it appears
 * data-language  on a button: changes the language, and takes along what was typed in the form with the id `typed`
 * data-told    on an element: says what was just done; takes the focus if nothing else does
 * data-begin   on a form: its first field has the focus when the page opens, unless something else takes it
 */
(function () {
  "use strict";
  var leaving = false;

  // The storage may be closed: then nothing is kept.
  function kept(act) {
    try {
      return act(window.sessionStorage);
    } catch (e) {
      return null;
    }
  }

  function release(form) {
    delete form.dataset.sent;
    form.classList.remove("is-sending");
    Array.prototype.forEach.call(form.querySelectorAll("[data-was-sending]"), function (button) {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("data-was-sending");
    });
  }

  function isDirty(form) {
    return Array.prototype.some.call(form.elements, function (field) {
      if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
      if (field.tagName === "TEXTAREA" || /^(text|search|tel|number|date)$/.test(field.type)) {
        return field.value !== field.defaultValue;
      }
      return false;
    });
  }

  // A browser sends nothing of a date that is only half there: an open end nobody meant. Say it first.
  function stopsHalfADate(event) {
    var field = Array.prototype.find.call(event.target.elements, function (one) {
      return one.type === "date" && one.validity.badInput;
    });
    if (!field) return false;
    event.preventDefault();
    event.stopImmediatePropagation();
    field.setCustomValidity(document.body.dataset.half);
    field.reportValidity();
    field.addEventListener("input", function () { field.setCustomValidity(""); }, { once: true });
    return true;
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-plain") || form.method === "dialog") return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (event.defaultPrevented || stopsHalfADate(event)) return;
    form.dataset.sent = "yes";
    form.classList.add("is-sending");
    if (!form.hasAttribute("hx-post") && !form.hasAttribute("hx-get")) leaving = true;
    // Later: a button disabled at once would not send its own name and value.
    window.setTimeout(function () {
      if (!form.dataset.sent) return;
      Array.prototype.forEach.call(form.querySelectorAll("button:not([type=button])"), function (button) {
        button.setAttribute("aria-disabled", "true");
        button.setAttribute("data-was-sending", "");
      });
    }, 0);
    if (form.hasAttribute("data-again")) {
      leaving = false;
      window.setTimeout(function () { release(form); }, 3000);
    }
  }, true);

  // Another language shows the same place of the page, and takes along what is typed, also in a form that was
  // opened on the page meanwhile.
  var PLACE = "hall.place";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-language]");
    var form = document.getElementById("typed");
    if (button) kept(function (storage) { storage.setItem(PLACE, String(window.scrollY)); });
    if (!button || !form) return;
    var there = new URL(form.action, window.location.href);
    var address = new URL(button.formAction);
    address.searchParams.set("next", there.pathname + there.search);
    button.setAttribute("form", "typed");
    button.name = "keep";
    button.value = "yes";
    button.setAttribute("formaction", address.pathname + address.search);
  });

  window.addEventListener("pageshow", function () {
    leaving = false;
    Array.prototype.forEach.call(document.querySelectorAll("form[data-sent]"), release);
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    // Not for a field that looks something up while its form is already on its way.
    if (event.target.matches && event.target.matches("form, form button")) release(event.target.closest("form"));
  });

  window.addEventListener("beforeunload", function (event) {
    if (leaving) return;
    if (Array.prototype.some.call(document.querySelectorAll("form[data-guard]"), isDirty)) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  function focusIn(root) {
    var element = root.querySelector("[data-focus]") || firstOf(root.querySelector("form[data-begin]")) ||
      (root.querySelector("[autofocus]") ? null : root.querySelector("[data-told]"));
    if (!element) return;
    element.focus();
    // What was opened is shown whole, down to its button, where the window is high enough.
    var opened = element.closest("#way");
    if (opened && opened.getBoundingClientRect().bottom > window.innerHeight) {
      opened.scrollIntoView();
      element.scrollIntoView({ block: "nearest" });
    }
  }

  function firstOf(form) {
    return form && (form.querySelector("input[type=radio]:checked") ||
      form.querySelector("input:not([type=hidden]):not(:disabled), select, textarea"));
  }
  document.addEventListener("htmx:afterSettle", function (event) { focusIn(event.target); });
  focusIn(document);

  // Going to the fragment of the address takes the focus away again once the page is laid out: give it back,
  // unless the person has begun already.
  if (window.location.hash) {
    var hasBegun = false;
    var begin = function () { hasBegun = true; };
    window.addEventListener("pointerdown", begin, { once: true, capture: true });
    window.addEventListener("keydown", begin, { once: true, capture: true });
    window.addEventListener("load", function () {
      window.requestAnimationFrame(function () {
        window.setTimeout(function () { if (!hasBegun) focusIn(document); }, 0);
      });
    });
  }

  var place = kept(function (storage) {
    var before = storage.getItem(PLACE);
    storage.removeItem(PLACE);
    return before;
  });
  if (place !== null) {
    window.addEventListener("load", function () {
      window.requestAnimationFrame(function () {
        window.scrollTo(0, Number(place));
        var button = document.querySelector("[data-language]");
        if (button && document.activeElement === document.body) button.focus({ preventScroll: true });
      });
    });
  }

  function lost() {
    var live = document.getElementById("live");
    if (live) live.textContent = document.body.dataset.lost || "";
  }
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);
})();
