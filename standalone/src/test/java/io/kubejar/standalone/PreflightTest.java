package io.kubejar.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class PreflightTest {
  @Test
  void withoutRootTheWayOutIsNamed() {
    assertThatThrownBy(new Preflight(false, _ -> true, true)::requireNode)
        .isInstanceOfSatisfying(
            CommandFailure.class, failure -> assertThat(failure.exitCode()).isEqualTo(1))
        .hasMessageContainingAll("needs root", "--control-plane-only");
  }

  @Test
  void everyMissingProgramIsNamedAtOnce() {
    var without = new Preflight(true, name -> !name.equals("runc") && !name.equals("nft"), true);

    assertThatThrownBy(without::requireNode)
        .hasMessageContainingAll("missing on this machine: runc, nft", "apt-get install");
  }

  @Test
  void missingNetworkPluginsAreNamed() {
    assertThatThrownBy(new Preflight(true, _ -> true, false)::requireNode)
        .hasMessageContaining("no CNI plugins");
  }

  @Test
  void aMachineWithEverythingPasses() {
    new Preflight(true, _ -> true, true).requireNode();
  }

  @Test
  void aPortThatSomebodyListensOnIsNotFree() throws IOException {
    try (var taken = new ServerSocket(0)) {
      assertThat(Preflight.isFree(taken.getLocalPort())).isFalse();
    }
  }
}
