package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.endpoints.PathNotFoundException;
import io.kubejar.apiserver.filters.AnswerFailuresAsStatus;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.util.Optional;

/// Records each request that the policy wants to see, at its stages. Stands behind authentication
/// and before impersonation, so that the log tells who really asked.
public record Audit(Auditor auditor) implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var record = auditor.begin(request).orElse(null);
    if (record == null) {
      return next.handle(request);
    }
    if (!auditor.write(record, Stage.REQUEST_RECEIVED)) {
      auditor.metrics().requestRejected();
      throw ApiException.internal("failed to store audit event");
    }
    request.answerHeaders().set(Auditor.ID_HEADER, record.id());
    try {
      return recorded(request, record, next.handle(request));
    } catch (PathNotFoundException nothing) {
      record.answered(404);
      auditor.write(record, Stage.RESPONSE_COMPLETE);
      throw nothing;
    } catch (IOException | RuntimeException failure) {
      failed(record, failure);
      throw failure;
    }
  }

  private void failed(AuditRecord record, Exception failure) {
    var expected = AnswerFailuresAsStatus.expected(failure);
    record.answered(expected.map(ApiException::status).orElseGet(() -> panicked(failure)));
    auditor.write(record, expected.isPresent() ? Stage.RESPONSE_COMPLETE : Stage.PANIC);
  }

  private Response recorded(Request request, AuditRecord record, Response response)
      throws IOException, InterruptedException {
    return switch (response) {
      case Response.Whole whole -> {
        complete(record, whole);
        yield whole;
      }
      case Response.Composed composed -> {
        if (record.wantsAnswer()) {
          complete(record, composed.whole());
        } else {
          record.answered(composed.status());
          auditor.write(record, Stage.RESPONSE_COMPLETE);
        }
        yield composed;
      }
      case Response.Streamed(var status, var headers, var body) ->
          new Response.Streamed(
              status,
              headers,
              out -> {
                start(request, record, status);
                try {
                  body.writeTo(out);
                } finally {
                  auditor.write(record, Stage.RESPONSE_COMPLETE);
                }
              });
      case Response.TakenOver(var conversation) ->
          new Response.TakenOver(
              exchange -> {
                start(request, record, response.statusCode());
                try {
                  conversation.run(exchange);
                } finally {
                  auditor.write(record, Stage.RESPONSE_COMPLETE);
                }
              });
    };
  }

  private void complete(AuditRecord record, Response.Whole whole) {
    // A failure is a Status, and its reasons are shown at every level.
    boolean readBack = record.wantsAnswer() || whole.status() >= 400;
    var object = readBack ? AnsweredObjects.of(whole) : Optional.<JsonValue>empty();
    object.ifPresentOrElse(
        it -> record.answered(whole.status(), it), () -> record.answered(whole.status()));
    auditor.write(record, Stage.RESPONSE_COMPLETE);
  }

  private void start(Request request, AuditRecord record, int status) {
    record.answered(status);
    if (request.info().longRunning()) {
      auditor.write(record, Stage.RESPONSE_STARTED);
    }
  }

  private static Status panicked(Exception broken) {
    return Status.EMPTY
        .withCode(500)
        .withStatus("Failure")
        .withReason("InternalError")
        .withMessage("APIServer panic'd: " + broken);
  }
}
