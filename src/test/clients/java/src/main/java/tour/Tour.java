package tour;

import io.stepwise.client.ApiClient;
import io.stepwise.client.ApiException;
import io.stepwise.client.JSON;
import io.stepwise.client.api.DatasetsApi;
import io.stepwise.client.api.GenerateApi;
import io.stepwise.client.api.ModelsApi;
import io.stepwise.client.api.TrainApi;
import io.stepwise.client.model.Dataset;
import io.stepwise.client.model.GenerateRequest;
import io.stepwise.client.model.GenerateRequestLabel;
import io.stepwise.client.model.GenerateResponse;
import io.stepwise.client.model.Model;
import io.stepwise.client.model.ModelVersion;
import io.stepwise.client.model.Problem;
import io.stepwise.client.model.Seed;
import io.stepwise.client.model.TrainingJob;
import io.stepwise.client.model.TrainingSpecification;
import io.stepwise.client.model.TrainingSpecificationUnet;
import io.stepwise.client.model.UNetPreset;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/** What a Java program does with the client that is made of openapi.yaml. Fails unless all of it works. */
public final class Tour {
    private final ApiClient client = new ApiClient();

    private Tour(String url) {
        client.setBasePath(url);
        client.setReadTimeout(120_000);
    }

    /** @param args where the service is, and a zip archive of pictures */
    public static void main(String[] args) throws Exception {
        Tour tour = new Tour(args[0]);
        tour.generate();
        tour.models();
        tour.train(new File(args[1]));
        tour.badInput();
        System.out.println("clients: the Java client has been everywhere");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    private void generate() throws Exception {
        GenerateRequest request = new GenerateRequest()
                .n(2)
                .steps(5)
                .seed(new Seed("18446744073709551615"))
                .label(new GenerateRequestLabel("red"));
        GenerateResponse images = new GenerateApi(client).generate(null, null, null, request);
        require(images.getImages().size() == 2, "not two images");
        byte[] first = Base64.getDecoder().decode(images.getImages().get(0).getB64());
        require(isPng(first), "no PNG in the answer");

        Request png = new GenerateApi(client)
                .generateCall(null, null, null, new GenerateRequest().steps(5), null)
                .request()
                .newBuilder()
                .header("Accept", "image/png")
                .build();
        byte[] image;
        try (Response answer = client.getHttpClient().newCall(png).execute()) {
            image = answer.body().bytes();
        }
        require(isPng(image), "no PNG");
    }

    private static boolean isPng(byte[] bytes) {
        return Arrays.equals(Arrays.copyOf(bytes, 4), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    }

    private void models() throws ApiException {
        ModelsApi models = new ModelsApi(client);
        Model first = models.listModels().getModels().get(0);
        ModelVersion version =
                models.getModelVersion(first.getName(), first.getVersions().get(0).getVersion());
        File archive = models.exportModelVersion(first.getName(), version.getVersion());
        require(archive.length() > version.getManifest().getSize(), "the archive is too small");
        ModelVersion copy = models.importModelVersion("java-copy", archive, "java-import");
        require(
                copy.getManifest().getCheckpointSha256().equals(version.getManifest().getCheckpointSha256()),
                "the copy has other weights");
        ModelVersion again = models.importModelVersion("java-copy", archive, "java-import");
        require(again.getVersion().equals(copy.getVersion()), "the same import made another version");
    }

    private void train(File pictures) throws ApiException, IOException, InterruptedException {
        DatasetsApi datasets = new DatasetsApi(client);
        Dataset dataset = datasets.uploadDataset("java-pictures", pictures, null, null, "java-upload");
        require(dataset.getImages() == 2, "not two pictures: " + dataset);
        require(datasets.previewDataset("java-pictures", null, null, null, null).length() > 0, "no preview");

        TrainApi train = new TrainApi(client);
        TrainingSpecification wanted = new TrainingSpecification()
                .dataset("java-pictures")
                .model("java-trained")
                .steps(100_000)
                .batchSize(2)
                .unet(new TrainingSpecificationUnet(UNetPreset.TINY))
                .publish(TrainingSpecification.PublishEnum.NEVER);
        TrainingJob job = train.train("java-job", wanted);
        require(job.getState() == TrainingJob.StateEnum.QUEUED, "the job is " + job.getState());
        require(train.train("java-job", wanted).getId().equals(job.getId()), "the same request made another job");
        try (Response events = train.followTrainingJobCall(job.getId(), null, null).execute()) {
            BufferedSource lines = events.body().source();
            while (!lines.readUtf8LineStrict().equals("event:started")) {
                // the job waits for its turn
            }
            train.cancelTrainingJob(job.getId());
            while (!lines.readUtf8LineStrict().equals("event:cancelled")) {
                // it stops after its step
            }
        }
        require(
                train.getTrainingJob(job.getId()).getState() == TrainingJob.StateEnum.CANCELLED,
                "the job is not cancelled");
        require(!train.listTrainingJobs(null, 1, null).getJobs().isEmpty(), "no jobs");
    }

    private void badInput() {
        try {
            new GenerateApi(client).generate(null, null, null, new GenerateRequest().n(0).steps(0));
            throw new IllegalStateException("bad input was taken");
        } catch (ApiException e) {
            Problem problem = JSON.getGson().fromJson(e.getResponseBody(), Problem.class);
            require(problem.getStatus() == 422, "status " + problem.getStatus());
            require(problem.getType().equals("/problems/invalid-field"), problem.getType());
            require(problem.getErrors().size() == 2, "not both fields: " + problem.getErrors());
        }
    }
}
