package io.kubejar.apiserver.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apiserver.flowcontrol.ListCost.Stats;
import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.request.RequestInfo;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListCostTest {
  private static final RequestInfo PODS = RequestInfo.parse("GET", "/api/v1/pods", Query.EMPTY);
  private static final Stats THOUSAND = new Stats(1_000, 2_000_000);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "everything from the cache, which sends it piece by piece | '' | 10",
        "any revision | resourceVersion=0&limit=500 | 10",
        "a first page of 100 objects | limit=100 | 2",
        "at least a revision | resourceVersion=5&resourceVersionMatch=NotOlderThan | 10",
        "selected by labels | labelSelector=a | 10",
        "a further page counts as read from the store | limit=100&continue=x | 2",
        "exactly a revision | resourceVersion=5&resourceVersionMatch=Exact | 20",
        "pages at a revision | resourceVersion=5&limit=50 | 1",
        "a further page with a selector | limit=100&continue=x&labelSelector=a | 10",
        "what will be refused | limit=many | 30",
      })
  void takesSeatsByTheBytesInMemory(String what, String query, int seats) {
    assertThat(ListCost.of(PODS, Query.parse(query), Optional.of(THOUSAND), 30))
        .as(what)
        .isEqualTo(seats);
  }

  @Test
  void hasBounds() {
    var exact = Query.parse("resourceVersion=5&resourceVersionMatch=Exact");
    assertThat(ListCost.of(PODS, exact, Optional.of(THOUSAND), 15)).isEqualTo(15);
    assertThat(ListCost.of(PODS, exact, Optional.of(new Stats(0, 0)), 15)).isEqualTo(1);
    assertThat(ListCost.of(PODS, exact, Optional.of(new Stats(3, 0)), 100))
        .as("objects of unknown size are large")
        .isEqualTo(45);
  }

  @Test
  void takesOneSeatForOneObjectAndForWhatOthersAnswer() {
    var query = Query.parse("fieldSelector=metadata.name%3Dp");
    var one = RequestInfo.parse("GET", "/api/v1/pods", query);

    assertThat(ListCost.of(one, query, Optional.of(THOUSAND), 10)).isEqualTo(1);
    assertThat(ListCost.of(PODS, Query.EMPTY, Optional.empty(), 10)).isEqualTo(1);
  }
}
