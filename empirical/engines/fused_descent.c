/* Gradient descent on a two-layer ReLU network with two classes, one pass over the weights a step.

   The identities are those of two_class.py: with U, u the weights over their common scale α,

       δ = sigmoid(α² u·relu(Ux)) - y,   U ← U - c Σ x ⊗ (δ u [Ux > 0]),   u ← u - 2c Σ δ relu(Ux),   α ← α(1 - ηγ),

   with c = η / (1 - ηγ) / batch size. One more makes the activations needless: with G = Σ x ⊗ (δ [Ux > 0]), the
   gradient of U is G u and Σ δ relu(Ux) = Σ_rows U G. So a step needs of the forward pass only where Ux > 0, and
   the step of one batch and the forward pass of the next go block by block over the hidden units, each block of
   weights being loaded once.

   Plain C with the vector extensions of GCC and Clang. The kernel is compiled once for each vector width, and
   the widest that the processor has is chosen when it runs. Sums run in a fixed order: the same input gives the
   same bits on the same kind of processor. Nothing here needs Python's headers: ctypes loads the library. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "processor.h"

enum {
    INTERFACE = 1,  /* raised with every change of what is exported below; fused.py has the same number */
    BLOCK = 48,     /* hidden units to a block: a multiple of 3 vectors of every width */
    TILE = 4,       /* samples, or rows of weights, to a tile */
    CHUNK = 32,     /* samples at a time where there is no descent */
    ALIGNMENT = 64, /* bytes; of the widest vector */
};

struct network {
    float *hidden;  /* U: (blocks, stride, BLOCK); a row an input, one for the bias, and zeros up to a whole tile */
    float *readout; /* u: (blocks, BLOCK) */
    double scale;   /* α */
    long rows, stride, blocks;
};

struct batch {
    float *inputs;  /* (padded, stride), zeros beyond the samples and the rows, so that no unit is active there */
    float *errors;  /* δ: (padded), anything beyond the samples */
    float *margins; /* (samples) */
    float rate;     /* c */
    long samples, padded;
};

/* Memory for a pass: two batches, so that one can go back while the next goes forward. */
struct workspace {
    struct batch batches[2];
    float *gates;     /* (blocks or 1, padded, BLOCK): where h > 0 */
    long gate_stride; /* floats from one block's gates to the next's, 0 where no step will need them */
    float *sums;      /* (padded, lanes) */
};

#define LANES 4
#define TARGET
#include "fused_descent_kernel.h"
#undef LANES
#undef TARGET

#if defined(__x86_64__) || defined(__i386__)
#define LANES 8
#define TARGET __attribute__((target("avx2,fma")))
#include "fused_descent_kernel.h"
#undef LANES
#undef TARGET

#define LANES 16
#define TARGET __attribute__((target("avx512f,fma")))
#include "fused_descent_kernel.h"
#undef LANES
#undef TARGET
#endif

typedef void pass_function(struct network *, const struct batch *, struct batch *, struct workspace *);

static pass_function *pass_of_width(int lanes)
{
#if defined(__x86_64__) || defined(__i386__)
    if (lanes == 16)
        return pass_16;
    if (lanes == 8)
        return pass_8;
#endif
    return lanes == 4 ? pass_4 : NULL;
}

/* Which arguments the functions below take: asked first, so that an older library is never called wrongly. */
int fused_descent_interface(void)
{
    return INTERFACE;
}

/* What the caller has to know: BLOCK, TILE, and the floats in the widest vector that this processor has. */
void fused_descent_layout(int *block, int *tile, int *lanes)
{
    *block = BLOCK, *tile = TILE, *lanes = widest_lanes();
}

static float *allocate(long numbers)
{
    size_t bytes = up_to_whole(sizeof(float) * numbers, ALIGNMENT);
    float *memory = aligned_alloc(ALIGNMENT, bytes);
    return memory ? memset(memory, 0, bytes) : NULL;
}

static int open_workspace(struct workspace *workspace, long stride, long samples, long gated_blocks)
{
    long padded = up_to_whole(samples, TILE);
    int complete = 1;
    for (int k = 0; k < 2; k++) {
        workspace->batches[k].inputs = allocate(padded * stride);
        workspace->batches[k].errors = allocate(padded);
        complete &= workspace->batches[k].inputs && workspace->batches[k].errors;
    }
    workspace->gates = allocate(gated_blocks * padded * BLOCK);
    workspace->gate_stride = gated_blocks > 1 ? padded * BLOCK : 0;
    workspace->sums = allocate(padded * ALIGNMENT / sizeof(float));
    return complete && workspace->gates && workspace->sums;
}

static void close_workspace(struct workspace *workspace)
{
    for (int k = 0; k < 2; k++) {
        free(workspace->batches[k].inputs);
        free(workspace->batches[k].errors);
    }
    free(workspace->gates);
    free(workspace->sums);
}

/* Take `samples` rows of inputs (…, rows); their margins will go to `margins`. */
static void load(struct batch *batch, const struct network *network, const float *inputs, long samples, float *margins)
{
    long rows = network->rows, stride = network->stride;
    batch->margins = margins;
    batch->samples = samples;
    batch->padded = up_to_whole(samples, TILE);
    for (long k = 0; k < samples; k++)
        memcpy(batch->inputs + k * stride, inputs + k * rows, sizeof(float) * rows);
    memset(batch->inputs + samples * stride, 0, sizeof(float) * (batch->padded - samples) * stride);
}

/* δ of the batch from its margins, and c. */
static void find_errors(struct batch *batch, const float *labels, double rate)
{
    batch->rate = (float)(rate / batch->samples);
    for (long k = 0; k < batch->samples; k++)
        batch->errors[k] = 1 / (1 + expf(-batch->margins[k])) - labels[k];
}

/* α ← α(1 - ηγ), kept in [1/2, 1]: halving is exact, so that no rounding ever piles up. */
static void decay_scale(struct network *network, double decay)
{
    network->scale *= decay;
    for (; network->scale < 0.5; network->scale *= 2) {
        for (long k = 0; k < network->blocks * network->stride * BLOCK; k++)
            network->hidden[k] *= 0.5f;
        for (long k = 0; k < network->blocks * BLOCK; k++)
            network->readout[k] *= 0.5f;
    }
}

/* Descent on each batch of `batch_size` successive samples, no more than there are, the last one maybe short.
   Writes the margins of each sample from before its own step.
   Returns 0; or -1 if there is no memory for it, or no such vector width here. */
int fused_descent_epoch(float *hidden, float *readout, double *scale, long rows, long stride, long blocks,
                        const float *inputs, const float *labels, long samples, long batch_size, double learning_rate,
                        double decay, int lanes, float *margins)
{
    struct network network = {hidden, readout, *scale, rows, stride, blocks};
    struct workspace workspace;
    pass_function *pass = pass_of_width(lanes);
    int ready = open_workspace(&workspace, stride, batch_size, blocks) && pass;
    unsigned long before = flush_to_zero();
    struct batch *back = NULL, *front = NULL;
    for (long first = 0; ready && (first < samples || back); first += batch_size, back = front) {
        front = first < samples ? &workspace.batches[first / batch_size % 2] : NULL;
        if (front)
            load(front, &network, inputs + first * rows, least(batch_size, samples - first), margins + first);
        if (back) {
            find_errors(back, labels + first - batch_size, learning_rate / decay);
            decay_scale(&network, decay);
        }
        pass(&network, back, front, &workspace);
    }
    *scale = network.scale;
    restore(before);
    close_workspace(&workspace);
    return ready ? 0 : -1;
}

/* The margins of (samples, rows) inputs; returns as above. */
int fused_descent_margins(float *hidden, float *readout, double *scale, long rows, long stride, long blocks,
                          const float *inputs, long samples, int lanes, float *margins)
{
    struct network network = {hidden, readout, *scale, rows, stride, blocks};
    struct workspace workspace;
    pass_function *pass = pass_of_width(lanes);
    int ready = open_workspace(&workspace, stride, CHUNK, 1) && pass;
    unsigned long before = flush_to_zero();
    for (long first = 0; ready && first < samples; first += CHUNK) {
        struct batch *front = &workspace.batches[0];
        load(front, &network, inputs + first * rows, least(CHUNK, samples - first), margins + first);
        pass(&network, NULL, front, &workspace);
    }
    restore(before);
    close_workspace(&workspace);
    return ready ? 0 : -1;
}
