import type { Page } from "playwright-core";

/** In the page: a click on a link, as a person makes it who goes there. */
const follow = (address: string): string => `(() => {
  const link = document.createElement("a");
  link.href = ${JSON.stringify(address)};
  document.body.append(link);
  link.click();
  link.remove();
})()`;

/**
 * Goes to a page of the console by a link: the document stays, with what it has loaded and
 * compiled, which is most of what opening a page costs. On the way is a page that has nothing of
 * others, so that what is waited for is of the page that is gone to.
 *
 * @param page has a page of the console open
 * @param shown what is on the page once it is shown
 */
export async function walkTo(page: Page, address: string, shown: string): Promise<void> {
  await page.evaluate(follow("/nothing"));
  await page.locator("main a[href='/']").waitFor();
  await page.evaluate(follow(address));
  await page.locator(shown).first().waitFor();
}
