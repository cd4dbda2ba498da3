package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who may do what, asked beforehand, over HTTPS.
class AccessReviewTest {
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1";

  private static TestServer server;
  private static Http admin;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = TestServer.start();
    admin = Http.as(server, "admin", "system:masters");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void tellsSelectorsToTheNodeAuthorizer() throws Exception {
    var own =
        "\"fieldSelector\":{\"requirements\":[{\"key\":\"spec.nodeName\",\"operator\":\"In\",\"values\":[\"n\"]}]}";
    var raw = "\"fieldSelector\":{\"rawSelector\":\"spec.nodeName=n\"}";
    var others = "\"fieldSelector\":{\"rawSelector\":\"spec.nodeName=m\"}";

    assertThat(listOfPods(own).get("allowed")).hasToString("true");
    assertThat(listOfPods(raw).get("allowed")).hasToString("true");
    assertThat(listOfPods(others).get("allowed")).hasToString("false");
    assertThat(listOfPods(others).text("reason"))
        .isEqualTo("can only list/watch pods with spec.nodeName field selector");
  }

  @Test
  void ignoresWhatItCannotReadOfASelectorAndSaysSo() throws Exception {
    var unknown =
        "\"labelSelector\":{\"requirements\":[{\"key\":\"a\",\"operator\":\"Like\",\"values\":[\"b\"]},"
            + "{\"key\":\"a\",\"operator\":\"Exists\"}]}";

    assertThat(listOfPods(unknown).text("evaluationError"))
        .isEqualTo("spec.resourceAttributes.labelSelector partially ignored due to parse error");
    assertThat(listOfPods("\"fieldSelector\":{\"rawSelector\":\"x\"}").text("evaluationError"))
        .isEqualTo("spec.resourceAttributes.fieldSelector ignored due to parse error");
  }

  @Test
  void refusesQuestionsThatAskNothingOrTooMuch() throws Exception {
    var nothing = Http.status(admin.post(REVIEWS + "/subjectaccessreviews", "{\"spec\":{}}"));
    assertThat(nothing).containsEntry("code", "422").containsEntry("reason", "Invalid");
    assertThat(nothing.get("message"))
        .contains("exactly one of nonResourceAttributes or resourceAttributes must be specified")
        .contains(
            "spec.user: Invalid value: \"\": at least one of user or group must be specified");
    var both =
        "{\"spec\":{\"resourceAttributes\":{\"fieldSelector\":{\"rawSelector\":\"a=b\",\"requirements\":"
            + "[{\"key\":\"\",\"operator\":\"In\"}]}},\"nonResourceAttributes\":{}}}";
    assertThat(Http.status(admin.post(REVIEWS + "/selfsubjectaccessreviews", both)).get("message"))
        .contains("cannot be specified in combination with resourceAttributes")
        .contains("may not specified at the same time as requirements")
        .contains("requirements[0].key: Required value: must be specified")
        .contains("must be specified when `operator` is 'In' or 'NotIn'");
    var elsewhere =
        "{\"spec\":{\"user\":\"u\",\"resourceAttributes\":{\"namespace\":\"kube-system\"}}}";
    assertThat(
            Http.status(
                    admin.post(
                        REVIEWS + "/namespaces/default/localsubjectaccessreviews", elsewhere))
                .get("message"))
        .contains(
            "spec.resourceAttributes.namespace: Invalid value: \"kube-system\": must match"
                + " metadata.namespace");
  }

  @Test
  void saysThatANodesRulesAreNotAllItMayDo() throws Exception {
    var node = Http.as(server, "system:node:n", "system:nodes");

    var status = rules(node);

    assertThat(status.get("incomplete")).hasToString("true");
    assertThat(status.text("evaluationError"))
        .isEqualTo("node authorizer does not support user rule resolution");
    assertThat(rules(admin).get("incomplete")).hasToString("false");
  }

  @Test
  void quotesWhatItRefuses() throws Exception {
    var stranger = Http.as(server, "a\"b<c>");

    assertThat(Http.status(stranger.get("/api/v1/namespaces/default/pods/x")).get("message"))
        .isEqualTo(
            "pods \"x\" is forbidden: User \"a\\\"b&lt;c&gt;\" cannot get resource \"pods\" in API"
                + " group \"\" in the namespace \"default\"");
    assertThat(Http.status(stranger.get("/logs/x")).get("message"))
        .isEqualTo("forbidden: User \"a\\\"b&lt;c&gt;\" cannot get path \"/logs/x\"");
  }

  private static JsonObject listOfPods(String selector) throws Exception {
    var question =
        "{\"spec\":{\"user\":\"system:node:n\",\"groups\":[\"system:nodes\"],\"resourceAttributes\":"
            + "{\"verb\":\"list\",\"resource\":\"pods\","
            + selector
            + "}}}";
    return Http.json(admin.post(REVIEWS + "/subjectaccessreviews", question)).object("status");
  }

  private static JsonObject rules(Http who) throws Exception {
    var question = "{\"spec\":{\"namespace\":\"default\"}}";
    return Http.json(who.post(REVIEWS + "/selfsubjectrulesreviews", question)).object("status");
  }
}
