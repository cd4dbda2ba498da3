package io.kubejar.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.meta.v1.StatusCause;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ApiExceptionTest {
  private static final GroupResource DEPLOYMENTS = new GroupResource("apps", "deployments");

  @Test
  void namesResourceAndObject() {
    var notFound = ApiException.notFound(DEPLOYMENTS, "web");

    assertThat(notFound).hasMessage("deployments.apps \"web\" not found");
    assertThat(notFound.code()).isEqualTo(404);
    assertThat(notFound.isNotFound()).isTrue();
    assertThat(Objects.requireNonNull(notFound.status().details()).kind()).isEqualTo("deployments");
  }

  @Test
  void joinsTheErrorsOfAnInvalidObject() {
    var first =
        StatusCause.EMPTY
            .withReason("FieldValueRequired")
            .withField("a")
            .withMessage("Required value");
    var second =
        StatusCause.EMPTY
            .withReason("FieldValueInvalid")
            .withField("b")
            .withMessage("Invalid value: 1");

    assertThat(ApiException.invalid("apps", "Deployment", "web", List.of(first)))
        .hasMessage("Deployment.apps \"web\" is invalid: a: Required value");
    assertThat(ApiException.invalid("", "Pod", "web", List.of(first, second, first)))
        .hasMessage("Pod \"web\" is invalid: [a: Required value, b: Invalid value: 1]");
  }

  @Test
  void makesSenseOfAnswersWithoutStatus() {
    var answer = ApiException.fromAnswer(404, "GET", DEPLOYMENTS, "web", "nothing here");

    assertThat(answer)
        .hasMessage("the server could not find the requested resource (get deployments.apps web)");
    assertThat(answer.isNotFound()).isTrue();
    assertThat(answer.cause("UnexpectedServerResponse")).isPresent();
  }

  @Test
  void tellsHowLongToWait() {
    assertThat(ApiException.tooManyRequests("slow down", 3).retryAfterSeconds()).contains(3);
    assertThat(ApiException.badRequest("no").retryAfterSeconds()).isEmpty();
  }

  @Test
  void quotesLikeGo() {
    assertThat(GoText.quoted("a\"b\\c\n\u0001é\u200b"))
        .isEqualTo("\"a\\\"b\\\\c\\n\\x01é\\u200b\"");
  }
}
