package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.Random;

/// Long lists in pages, and answers in other forms.
final class ListsTest {
  private static final String CHUNKING =
      "[sig-api-machinery] Servers with support for API chunking ";
  private static final int TOTAL = 400;

  @Conformance(CHUNKING + "should return chunks of results for list calls")
  void givesAListInPagesOfOneRevision(Api api) throws Exception {
    makeTemplates(api);
    var random = new Random(1);
    for (int time = 0; time < 3; time++) {
      int found = 0;
      var version = "";
      var next = "";
      do {
        int limit = random.nextInt(TOTAL / 10) + 1;
        var page = page(api, limit, next);
        assertThat(items(page, "items")).hasSizeLessThanOrEqualTo(limit);
        version = version.isEmpty() ? text(page, "metadata.resourceVersion") : version;
        assertThat(text(page, "metadata.resourceVersion")).isEqualTo(version);
        found = requireItemsFrom(page, found);
        next = text(page, "metadata.continue");
      } while (!next.isEmpty());
      assertThat(found).isEqualTo(TOTAL);
    }
    assertThat(items(page(api, TOTAL + 1, ""), "items")).hasSize(TOTAL);
  }

  @Conformance(
      CHUNKING
          + "should support continue listing from the last key if the original version has been"
          + " compacted away, though the list is inconsistent [Slow]")
  void goesOnAtANewRevisionWhenTheOldOneIsGone(Api api, ConformanceCluster cluster)
      throws Exception {
    makeTemplates(api);
    int tenth = TOTAL / 10;
    var first = page(api, tenth, "");
    int found = requireItemsFrom(first, 0);
    api.create(api.core("configmaps"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
    cluster.compact();

    var expired = api.tryGet(path(api, tenth, text(first, "metadata.continue")));
    Api.assertRefused(expired, 410, "Expired");
    var token = text(expired.json(), "metadata.continue");
    assertThat(token).isNotEmpty();

    var page = page(api, tenth, token);
    assertThat(text(page, "metadata.resourceVersion"))
        .isNotEqualTo(text(first, "metadata.resourceVersion"));
    assertThat(items(page, "items")).hasSize(tenth);
    found = requireItemsFrom(page, found);
    var version = text(page, "metadata.resourceVersion");
    while (!text(page, "metadata.continue").isEmpty()) {
      page = page(api, tenth, text(page, "metadata.continue"));
      assertThat(text(page, "metadata.resourceVersion")).isEqualTo(version);
      found = requireItemsFrom(page, found);
    }
    assertThat(found).isEqualTo(TOTAL);
  }

  @Conformance(
      "[sig-api-machinery] Servers with support for Table transformation should return a 406 for a"
          + " backend which does not implement metadata")
  void hasNoTableOfWhatIsNotStored(Api api) throws Exception {
    var review =
        """
        {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
         "spec":{"nonResourceAttributes":{"path":"/","verb":"get"}}}
        """;
    var answer =
        Answer.of(
            api.client()
                .send(
                    "POST",
                    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                    review.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    "Content-Type",
                    "application/json",
                    "Accept",
                    "application/json;as=Table;v=v1;g=meta.k8s.io"));

    assertThat(answer.code()).isEqualTo(406);
    assertThat(text(answer.json(), "code")).isEqualTo("406");
  }

  private static void makeTemplates(Api api) throws Exception {
    for (int i = 0; i < TOTAL; i++) {
      api.create(
          api.core("podtemplates"),
          """
          {"apiVersion":"v1","kind":"PodTemplate","metadata":{"name":"template-%04d"},
           "template":{"spec":{"containers":[{"name":"test","image":"test2"}]}}}
          """
              .formatted(i));
    }
  }

  private static String path(Api api, int limit, String next) {
    return api.core("podtemplates") + "?limit=" + limit + "&continue=" + Api.encoded(next);
  }

  private static JsonObject page(Api api, int limit, String next) throws Exception {
    return api.get(path(api, limit, next));
  }

  /// Checks that the page goes on after so many items, and tells the right number of those to come.
  ///
  /// @return how many there are with this page's
  private static int requireItemsFrom(JsonObject page, int found) {
    int count = found;
    for (var item : items(page, "items")) {
      assertThat(text(item, "metadata.name")).isEqualTo("template-%04d".formatted(count));
      count++;
    }
    if (text(page, "metadata.continue").isEmpty()) {
      assertThat(at(page, "metadata.remainingItemCount")).isEqualTo(JsonNull.NULL);
    } else {
      assertThat(text(page, "metadata.remainingItemCount"))
          .isEqualTo(Integer.toString(TOTAL - count));
    }
    return count;
  }
}
