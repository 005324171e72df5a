/**
 * Questions in the prose: <form class="question" data-right="b" data-figure="word-order" data-set="order=5,4,3,2,1,0">. Once the
 * reader has chosen an answer, the explanation comes, and the figure is set to what shows it, or (data-play) begins to play.
 */
export function startQuestions(article: HTMLElement): void {
  for (const form of article.querySelectorAll<HTMLFormElement>("form.question")) {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => answer(form));
  }
}

function answer(form: HTMLFormElement): void {
  const { right = "", figure = "", set = "" } = form.dataset;
  const chosen = new FormData(form).get("answer");
  const said = form.querySelector<HTMLElement>(".answer");
  const verdict = said?.querySelector(".verdict");
  if (!said || !verdict) return;
  said.hidden = false;
  verdict.textContent = chosen === right ? "Right." : "No.";
  for (const label of form.querySelectorAll("label"))
    label.classList.toggle("right", label.querySelector("input")?.value === right);
  const shows = document.getElementById(figure);
  if ("play" in form.dataset) (shows as { play?: () => void } | null)?.play?.();
  for (const [key, value] of new URLSearchParams(set)) shows?.setAttribute(key, value);
}
