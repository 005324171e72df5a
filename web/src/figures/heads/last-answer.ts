/** The last answer, kept for as long as the question is the same. */
export class LastAnswer<Answer> {
  private last: { readonly question: string; readonly answer: Promise<Answer> } | null = null;

  to(question: object, ask: () => Promise<Answer>): Promise<Answer> {
    const text = JSON.stringify(question);
    if (this.last?.question === text) return this.last.answer;
    const answer = ask();
    const asked = { question: text, answer };
    this.last = asked;
    // What went wrong is asked again.
    answer.catch(() => {
      if (this.last === asked) this.last = null;
    });
    return answer;
  }
}
