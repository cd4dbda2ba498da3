package io.kubejar.simulation.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class InflowTest {
  @Test
  void joinsWhatComesUntilTheEnd() throws Exception {
    var inflow = new Inflow();
    inflow.put("one ".getBytes(UTF_8));
    inflow.put(new byte[0]); // Not the end.
    inflow.put("two".getBytes(UTF_8));
    inflow.end();

    assertThat(new String(inflow.readAllBytes(), UTF_8)).isEqualTo("one two");
    assertThat(inflow.read()).isEqualTo(-1);
  }

  @Test
  void whoeverHasClosedItHoldsNobodyUp() throws Exception {
    var inflow = new Inflow();
    inflow.close();
    for (int i = 0; i < 1_000; i++) {
      inflow.put(new byte[] {1});
    }
    inflow.end();
  }
}
