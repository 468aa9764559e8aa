/* The lookup of a new request: what was picked stays picked while more is typed, and ↓ waits for the answer
 * to what was typed last, so that nobody picks from a list that is about to change. Who goes back and sends the
 * page again sends the same form again, and it is still one case.
 */
(function () {
  "use strict";
  var words = document.getElementById("id_words");
  var hits = document.getElementById("hits");
  if (!words || !hits) return;
  var asked = words.defaultValue;
  var wanted = false;

  function picked() {
    return hits.querySelector("input:checked");
  }

  function mark() {
    Array.prototype.forEach.call(hits.querySelectorAll(".hit"), function (hit) {
      var input = hit.querySelector("input");
      hit.classList.toggle("hit--on", Boolean(input && input.checked));
    });
  }

  function pickFirst() {
    var first = hits.querySelector("input:not(:disabled)");
    if (!first) return;
    first.focus();
    // What fits only perhaps is nobody's choice before somebody has read it.
    if (!first.hasAttribute("data-perhaps")) first.click();
  }

  // The page is made anew when somebody goes back, with a new key; the history remembers the one that was sent.
  var key = words.form.elements.form_key;
  var arrival = window.performance.getEntriesByType("navigation")[0];
  var kept = window.history.state && window.history.state.formKey;
  if (kept && arrival && arrival.type === "back_forward") key.value = kept;
  else window.history.replaceState({ formKey: key.value }, "");

  hits.addEventListener("change", mark);

  words.addEventListener("htmx:configRequest", function () {
    asked = words.value;
  });

  words.addEventListener("htmx:beforeSwap", function () {
    var before = picked();
    hits.dataset.picked = before ? before.id : "";
  });

  hits.addEventListener("htmx:afterSettle", function () {
    var again = hits.dataset.picked && document.getElementById(hits.dataset.picked);
    if (again) again.checked = true;
    mark();
    if (wanted && asked === words.value) {
      wanted = false;
      pickFirst();
    }
  });

  words.addEventListener("input", function () {
    wanted = false;
  });

  // What was typed while the scripts were still on their way, or is here again after going back, is looked up too.
  window.addEventListener("pageshow", function () {
    if (asked !== words.value) words.dispatchEvent(new CustomEvent("hall:look"));
  });

  words.addEventListener("keydown", function (event) {
    if (event.key !== "ArrowDown" || event.isComposing || event.keyCode === 229) return;
    var atEnd = words.selectionEnd === words.value.length;
    if (atEnd && words.value.trim() && asked !== words.value) {
      event.preventDefault();
      event.stopPropagation(); // keys.js would pick from the old list
      wanted = true;
    }
  });
})();
