package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.endpoints.Answers;
import io.kubejar.apiserver.endpoints.PathNotFoundException;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.request.Warnings;
import io.kubejar.apiserver.wire.OutputFormat;
import io.kubejar.http.BodyTooLargeException;
import io.kubejar.storage.StoreException;
import io.kubejar.storage.TooLargeException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns every failure into a `Status`, in the client's format; the only place that does. Adds the
/// warnings that were collected on the way, too.
public record AnswerFailuresAsStatus() implements Filter {
  private static final Logger log = LoggerFactory.getLogger(AnswerFailuresAsStatus.class);

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    Response response;
    try {
      response = next.handle(request);
    } catch (ApiException refused) {
      response = answer(request, refused);
    } catch (PathNotFoundException nothing) {
      response = Response.text(404, nothing.getMessage() + "\n");
    } catch (TimeUpException late) {
      response = late(late);
    } catch (BodyTooLargeException tooLarge) {
      response =
          answer(request, ApiException.requestEntityTooLarge("limit is " + tooLarge.limit()));
    } catch (TooLargeException tooLarge) {
      response = answer(request, tooLargeToStore());
    } catch (StoreException unavailable) {
      log.warn("The store failed. path={}", request.path(), unavailable);
      response = answer(request, ApiException.internal(unavailable));
    } catch (StackOverflowError tooDeep) {
      // Within what the readers take, and yet too deep for whoever walks it in many steps a level.
      log.warn("A request was nested too deeply. path={}", request.path());
      response = answer(request, ApiException.badRequest("exceeded max depth"));
    } catch (RuntimeException broken) {
      log.error("A request failed. method={} path={}", request.method(), request.path(), broken);
      response = answer(request, ApiException.internal(broken));
    }
    for (var warning : request.warnings().texts()) {
      response = response.with("Warning", Warnings.header(warning));
    }
    return request.answerHeaders().on(response);
  }

  /// What a failure that is not the server's own mistake is answered with; empty for one that is.
  public static Optional<ApiException> expected(Exception failure) {
    return switch (failure) {
      case ApiException refused -> Optional.of(refused);
      case TimeUpException late -> Optional.of(new ApiException(late.status()));
      case BodyTooLargeException large ->
          Optional.of(ApiException.requestEntityTooLarge("limit is " + large.limit()));
      case TooLargeException _ -> Optional.of(tooLargeToStore());
      case StoreException unavailable -> Optional.of(ApiException.internal(unavailable));
      default -> Optional.empty();
    };
  }

  /// In the words of the store that clients know.
  private static ApiException tooLargeToStore() {
    return ApiException.unexplained("etcdserver: request is too large");
  }

  private static Response answer(Request request, ApiException refused) {
    if (refused.code() >= 500) {
      log.info(
          "status={} path={} message={}", refused.code(), request.path(), refused.getMessage());
    }
    var status = refused.status();
    var response = Answers.of(format(request), status.code(), "v1", "Status", status, Status.CODEC);
    return refused
        .retryAfterSeconds()
        .map(seconds -> response.with("Retry-After", Integer.toString(seconds)))
        .orElse(response);
  }

  /// Upstream writes this one answer past all negotiation: a Status that does not say what it is,
  /// as text.
  private static Response late(TimeUpException late) {
    var status = (JsonObject) JsonParser.parse(Status.CODEC.toJson(late.status()));
    var untyped = status.without("kind").without("apiVersion");
    return Response.text(late.status().code(), JsonPrinter.print(untyped) + "\n");
  }

  /// What was not negotiable is told in JSON.
  private static OutputFormat format(Request request) {
    try {
      return Answers.format(request);
    } catch (ApiException _) {
      return OutputFormat.PLAIN_JSON;
    }
  }
}
