import { randomInt } from "node:crypto";

/** Plain English words of one meaning that are easy to say and hard to mishear. */
export const passcodeWords: readonly string[] = `
acorn almond amber anchor angel apple apron arrow autumn bacon badger bagel baker balcony balloon bamboo banana banjo
barley barrel basket beaver bicycle biscuit blanket blossom bottle branch bread breakfast bridge bronze broom bubble bucket
buffalo bugle butter button cabin cactus camel camera canary candle canoe canyon carpet carrot castle cedar cello chapel
cherry chestnut chimney chocolate cider cinema circle circus clover cobalt coconut coffee comet compass copper coral
cottage cotton cousin cradle crayon cricket crystal cucumber curtain cushion daisy dancer desert diamond dolphin donkey
dragon drummer eagle easel echo elbow elephant emerald engine evening fabric falcon farmer feather ferry fiddle finger
flamingo flannel forest fountain freckle gallery garden garlic geyser ginger giraffe glacier globe guitar hammer hammock
harbour harvest hazel hedgehog helmet hermit heron hockey honey horizon husband iceberg igloo indigo island ivory jacket
jasmine jelly jigsaw journey jungle kayak kernel kettle kitchen kitten ladder lagoon lantern lavender lemon leopard
library lily lizard lobster lotus magnet mango maple marble market meadow melon mermaid meteor mirror mitten monkey
morning mosaic mountain muffin museum mustard napkin needle nickel noodle nutmeg oatmeal ocean olive onion orange orchard
orchid ostrich otter oyster paddle palace pancake panda panther parrot pebble pelican pencil pepper piano picnic pigeon
pillow pirate planet pocket poppy potato prairie puddle pumpkin puppet puzzle quarry rabbit raccoon radish rainbow raven
ribbon river rocket rooster saddle saffron sailor salmon sandal satchel saturn scarf scooter
shadow silver spider spinach squirrel statue summer sunset teapot temple thunder tiger tomato tractor trumpet tulip
turtle umbrella vanilla village violin walnut window winter
`
  .trim()
  .split(/\s+/);

/** Three different words that nobody could foresee: one choice in about sixteen million. */
export function drawPasscode(): string[] {
  const drawn = new Set<string>();
  while (drawn.size < 3) drawn.add(passcodeWords[randomInt(passcodeWords.length)]!);
  return [...drawn];
}
