// What attributes of our pages ask for. No library; nothing here writes HTML but that of a preview made by the server.
(function () {
    "use strict";

    // A drop-down whose choices are addresses.
    document.addEventListener("change", function (event) {
        if (event.target.matches("[data-go-to-value]")) window.location = event.target.value;
    });

    // A button that calls a function of the library by its name.
    document.addEventListener("click", function (event) {
        const button = event.target.closest("[data-calls]");
        if (button) window[button.dataset.calls]();
    });

    // A form that asks before it is sent; a button may ask for itself.
    document.addEventListener("submit", function (event) {
        const asks = event.submitter && event.submitter.dataset.confirm || event.target.dataset.confirm;
        if (asks && !window.confirm(asks)) event.preventDefault();
    });

    // A page that waits for work in the background: looked at again every so many seconds, while somebody looks.
    const waiting = document.querySelector("[data-reload]");
    if (waiting) {
        window.setInterval(function () {
            if (!document.hidden) window.location.reload();
        }, Math.max(1, Number(waiting.dataset.reload) || 2) * 1000);
    }

    // A form that shows what the server makes of it while one types: data-preview is where to send, data-preview-in
    // the selector of the place for the answer. The latest answer wins; one that failed leaves the place as it was.
    const PAUSE = 400;
    document.querySelectorAll("form[data-preview]").forEach(function (form) {
        const place = document.querySelector(form.dataset.previewIn);
        let timer = 0, asked = 0;
        function show() {
            const mine = ++asked;
            fetch(form.dataset.preview, { method: "POST", body: new FormData(form), credentials: "same-origin" })
                .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : null; })
                .then(function (html) { if (html !== null && mine === asked) place.innerHTML = html; })
                .catch(function () { /* the next key asks again */ });
        }
        form.addEventListener("input", function () {
            window.clearTimeout(timer);
            timer = window.setTimeout(show, PAUSE);
        });
        if (place && !place.childElementCount) show();
    });

    // A form whose changes would be lost: data-unsaved.
    let unsaved = false;
    document.querySelectorAll("form[data-unsaved]").forEach(function (form) {
        form.addEventListener("input", function () { unsaved = true; });
        form.addEventListener("submit", function (event) { if (!event.defaultPrevented) unsaved = false; });
    });
    window.addEventListener("beforeunload", function (event) {
        if (unsaved) event.preventDefault();
    });
})();
