#include "simulators/physics/power_chain.h"

#include <gtest/gtest.h>

namespace dcim::physics {
namespace {

enum : std::size_t { utility, generator, transfer, board, ups_a, ups_b, panel_a, panel_b, feed_a, feed_b, cooling };

PowerChain hall() {
  return PowerChain({{{}},
                     {{}},
                     {{utility, generator}},
                     {{transfer}},
                     {{board}, true},
                     {{board}, true},
                     {{ups_a}},
                     {{ups_b}},
                     {{panel_a}},
                     {{panel_b, panel_a}},
                     {{board}}});
}

TEST(PowerChain, PowerComesFromTheFirstInputThatIsAlive) {
  auto chain = hall();
  EXPECT_EQ(chain.input(transfer), utility);
  chain.set_off(utility, true);
  EXPECT_EQ(chain.input(transfer), generator);
  EXPECT_TRUE(chain.gives(board));
  chain.set_off(utility, false);
  EXPECT_EQ(chain.input(transfer), utility) << "and back";
  EXPECT_EQ(chain.input(utility), std::nullopt);
  EXPECT_TRUE(chain.fed(utility));
}

TEST(PowerChain, AUpsGivesPowerWhileItsInputIsDeadUntilItIsOff) {
  auto chain = hall();
  chain.set_off(board, true);
  EXPECT_FALSE(chain.fed(ups_a));
  EXPECT_TRUE(chain.gives(ups_a));
  EXPECT_TRUE(chain.gives(feed_a));
  EXPECT_FALSE(chain.gives(cooling));
  EXPECT_TRUE(chain.fed(board)) << "it has failed itself";
  chain.set_off(ups_a, true);
  EXPECT_FALSE(chain.gives(feed_a));
  EXPECT_TRUE(chain.gives(feed_b));
}

TEST(PowerChain, TellsWhichUpsCarriesWhat) {
  auto chain = hall();
  EXPECT_EQ(chain.ups(feed_a), ups_a);
  EXPECT_EQ(chain.ups(feed_b), ups_b);
  EXPECT_EQ(chain.ups(cooling), std::nullopt);
  EXPECT_EQ(chain.ups(ups_a), std::nullopt);
  chain.set_off(panel_b, true);
  EXPECT_EQ(chain.ups(feed_b), ups_a) << "it has moved over";
  chain.set_off(ups_a, true);
  EXPECT_EQ(chain.ups(feed_b), std::nullopt);
  EXPECT_FALSE(chain.fed(feed_b));
}

}  // namespace
}  // namespace dcim::physics
