/* The page of a case: a form opened in place never throws typed text away, and long lists can be narrowed.
 *
 * data-close   on a link: Esc outside a field follows it
 * data-filter  on a search field: shows only the labels of that list which hold what is typed, or whose Han
 *              characters hold it in this order (社保 finds 社会保险)
 * data-open-for  on details, "name=value": open while this is what is chosen in its form
 */
(function () {
  "use strict";

  function hasText(panel) {
    return Array.prototype.some.call(panel.querySelectorAll("form[data-guard] textarea, form[data-guard] input[type=text]"), function (field) {
      return field.value !== field.defaultValue;
    });
  }

  // Following the link instead lets forms.js ask before typed text is lost.
  document.addEventListener("htmx:beforeRequest", function (event) {
    var link = event.target;
    if (link.tagName !== "A" || event.detail.target.id !== "ways-panel") return;
    if (!hasText(event.detail.target)) return;
    event.preventDefault();
    window.location.assign(link.href);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    if (document.querySelector("dialog[open]") || document.body.classList.contains("is-covered")) return;
    if (event.target.matches && event.target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])")) return;
    var closer = document.querySelector("[data-close]");
    if (closer) closer.click();
  });

  // On the desk the form for declining lies above the lists: it goes, and the desk stays.
  document.addEventListener("click", function (event) {
    var closer = event.target.closest && event.target.closest("#decline [data-close]");
    if (!closer || hasText(document.getElementById("decline"))) return;
    event.preventDefault();
    document.getElementById("decline").textContent = "";
    var opener = document.querySelector('#desk [data-key="r"]');
    if (opener) opener.focus();
  });

  // From the search field into what it left of the list; Enter would send the form half done.
  document.addEventListener("keydown", function (event) {
    var list = event.target.getAttribute && event.target.getAttribute("data-filter");
    if (!list || (event.key !== "Enter" && event.key !== "ArrowDown")) return;
    if (event.ctrlKey || event.metaKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    var row = document.querySelector(list + " > label:not([hidden]) input:not(:disabled)");
    if (!row) return;
    row.focus();
    row.click();
  });

  function holds(text, wanted) {
    if (text.indexOf(wanted) >= 0) return true;
    if (!/^[\u4e00-\u9fff]{2,}$/.test(wanted)) return false;
    var at = -1;
    return wanted.split("").every(function (sign) {
      at = text.indexOf(sign, at + 1);
      return at >= 0;
    });
  }

  document.addEventListener("input", function (event) {
    var list = event.target.getAttribute && event.target.getAttribute("data-filter");
    if (!list) return;
    var wanted = event.target.value.trim();
    Array.prototype.forEach.call(document.querySelectorAll(list + " > label"), function (label) {
      label.hidden = wanted !== "" && !holds(label.textContent, wanted);
    });
  });

  document.addEventListener("change", function (event) {
    var field = event.target;
    if (!field.form || field.type !== "radio") return;
    Array.prototype.forEach.call(field.form.querySelectorAll("[data-open-for]"), function (part) {
      var wanted = part.getAttribute("data-open-for").split("=");
      if (wanted[0] === field.name) part.open = wanted[1] === field.value;
    });
  });

  function reveal(root) {
    Array.prototype.forEach.call(root.querySelectorAll("[data-filter][hidden]"), function (field) {
      field.hidden = false;
    });
  }
  reveal(document);
  document.addEventListener("htmx:afterSettle", function () { reveal(document); });
})();
